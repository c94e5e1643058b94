using BackupPortal.Core.Repository;

namespace BackupPortal.Tests.Repository;

public sealed class PackOrderTests
{
    [Theory]
    [InlineData("", "c a b a", "a b c")]
    [InlineData("c a", "a c", "c a")]
    [InlineData("c a", "b a c", "c a b")]
    [InlineData("c a d", "a d b", "b a d")]
    [InlineData("c a d", "a d", "d a")]
    [InlineData("c a d e", "d", "d")]
    [InlineData("c a", "a", "a")]
    [InlineData("c a", "", "")]
    public void Of_PacksBefore_KeepTheirPlaces(string before, string used, string expected) =>
        Assert.Equal(expected, string.Join(' ', PackOrder.Of(Names(before), Names(used))));

    private static string[] Names(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
