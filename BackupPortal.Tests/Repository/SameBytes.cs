namespace BackupPortal.Tests.Repository;

internal static class SameBytes
{
    /// <summary>As Assert.Equal, which takes seconds for tens of megabytes.</summary>
    public static void Check(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var common = expected.AsSpan().CommonPrefixLength(actual);
        Assert.True(common == expected.Length, $"Byte {common} of {expected.Length} differs.");
    }
}
