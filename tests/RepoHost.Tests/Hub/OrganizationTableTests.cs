using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Every cell of <see cref="OrganizationTable"/>, asked over HTTP and with the real git.</summary>
public sealed class OrganizationTableTests(OrganizationTableWorld world) : IClassFixture<OrganizationTableWorld>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_role_may_do_what_the_table_says(bool membersGated)
    {
        var cells = OrganizationTable.Cells(membersGated ? OrganizationTable.MembersGated : OrganizationTable.MembersPass).ToList();
        Assert.Equal(310, cells.Count);

        var wrong = new List<string>();
        foreach (var (action, role, expected) in cells)
        {
            var got = await world.DoAsync(action, role, membersGated);
            if (got != expected)
                wrong.Add($"{action}, {role}: expected {expected}, got {got}");
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cells.Count} cells are wrong:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void Both_tables_have_the_same_rows()
    {
        static IEnumerable<string> Actions(string table) => OrganizationTable.Cells(table).Select(c => c.Action).Distinct();
        Assert.Equal(Actions(OrganizationTable.MembersPass), Actions(OrganizationTable.MembersGated));
    }
}
