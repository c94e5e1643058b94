using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;

namespace BackupPortal.Tests.Catalog;

public sealed class FriendlyNameTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Save_Names_AreKeptWithoutSpacesAroundAndReadWithoutRegardToCase()
    {
        await using var portal = await TestPortal.CreateAsync();
        var (one, other) = (await portal.AddTenantAsync("one"), await portal.AddTenantAsync("other"));
        var store = portal.Get<FriendlyNameStore>();

        await store.SaveAsync(one.Id, [new("tbl_stud", null, " Schüler "), new("tbl_stud", "nm", "Name"), new("grades", null, "")], "anna", None);

        var names = await store.GetAsync(one.Id, None);
        Assert.Equal(("Schüler", "Name"), (names.TableOf("TBL_STUD"), names.ColumnOf("tbl_stud", "NM")));
        Assert.Equal(("grades", "points"), (names.TableOf("grades"), names.ColumnOf("tbl_stud", "points")));
        Assert.Null(names.FindTable("grades"));
        Assert.Equal("tbl_stud", (await store.GetAsync(other.Id, None)).TableOf("tbl_stud"));
        Assert.Equal("AuditFriendlyNames", (await portal.Get<AuditLog>().ListAsync(one.Id, 1, None))[0].What.Key);
    }

    [Fact]
    public async Task Save_EmptyName_TakesItBackAndLeavesTheOthers()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = (await portal.AddTenantAsync()).Id;
        var store = portal.Get<FriendlyNameStore>();
        await store.SaveAsync(tenant, [new("students", null, "Schüler"), new("grades", null, "Noten"), new("grades", "value", "Note")], "anna", None);

        await store.SaveAsync(tenant, [new("Students", null, "  "), new("grades", "value", "Zensur")], "anna", None);

        var names = await store.GetAsync(tenant, None);
        Assert.Equal(("students", "Noten", "Zensur"), (names.TableOf("students"), names.TableOf("grades"), names.ColumnOf("grades", "value")));
    }

    [Fact]
    public async Task Save_SwappedNames_AreNoDuplicates()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = (await portal.AddTenantAsync()).Id;
        var store = portal.Get<FriendlyNameStore>();
        await store.SaveAsync(tenant, [new("a", null, "One"), new("b", null, "Two")], "anna", None);

        await store.SaveAsync(tenant, [new("a", null, "Two"), new("b", null, "One"), new("a", "x", "Two"), new("b", "x", "Two")], "anna", None);

        var names = await store.GetAsync(tenant, None);
        Assert.Equal(("Two", "One"), (names.TableOf("a"), names.TableOf("b")));
    }

    public static TheoryData<string, string> BadNames => new()
    {
        { new string('x', 61), "FriendlyNameTooLong" },
        { "two\nlines", "FriendlyNameUnreadable" },
        { "Noten", "FriendlyNameTaken" },
        { " noten ", "FriendlyNameTaken" },
        { "teachers", "FriendlyNameIsTable" },
        { "GRADES", "FriendlyNameIsTable" },
        { "gone_now", "FriendlyNameIsTable" },
        { "KEPT", "FriendlyNameTaken" },
    };

    [Theory]
    [MemberData(nameof(BadNames))]
    public async Task Save_NameThatCannotBe_IsToldWithItsFieldAndChangesNothing(string name, string problem)
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = (await portal.AddTenantAsync()).Id;
        var store = portal.Get<FriendlyNameStore>();
        await store.SaveAsync(tenant, [new("gone_now", null, "Kept")], "anna", None);

        var invalid = await Assert.ThrowsAsync<InvalidNamesException>(() => store.SaveAsync(
            tenant, [new("grades", null, "Noten"), new("students", null, name), new("teachers", null, "")], "anna", None));

        Assert.Contains(invalid.Problems, one => one.Name.Table == "students" && one.Problem.Key == problem);
        Assert.Equal("grades", (await store.GetAsync(tenant, None)).TableOf("grades"));
    }

    [Fact]
    public async Task Save_TwoColumnsOfOneTable_MayNotHaveTheSameName()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = (await portal.AddTenantAsync()).Id;

        var invalid = await Assert.ThrowsAsync<InvalidNamesException>(() => portal.Get<FriendlyNameStore>().SaveAsync(
            tenant, [new("students", "first", "name"), new("students", "name", ""), new("grades", "name", "name")], "anna", None));

        Assert.Equal([("first", new Message("Catalog", "FriendlyNameIsColumn", "name"))], invalid.Problems.Select(one => (one.Name.Column, one.Problem)));
    }
}
