using GateMiddleware.Decisions;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class RepositoryRolesTests : IAsyncLifetime
{
    private Rooms rooms = null!;
    private User maker = null!;
    private User person = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        maker = await rooms.AddUserAsync("maker");
        person = await rooms.AddUserAsync("person");
        await rooms.Organizations.AddAsync("acme", null, "maker", Cancel);
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    // relation, may see a private one, may write, may review, may change settings
    [Theory]
    [InlineData("stranger", "None", false, false, false, false)]
    [InlineData("read", "Member", true, false, false, false)]
    [InlineData("contributor", "Member", true, false, false, false)]
    [InlineData("write", "Member", true, true, true, false)]
    [InlineData("admin", "Steward", true, true, true, true)]
    [InlineData("stranger, creator", "None", false, false, false, false)]
    [InlineData("read, creator", "Steward", true, false, false, false)]
    [InlineData("contributor, creator", "Steward", true, true, true, false)]
    [InlineData("write, creator", "Steward", true, true, true, false)]
    [InlineData("owner", "Steward", true, true, true, true)]
    [InlineData("nobody", "None", false, false, false, false)]
    public async Task What_a_person_may_do(string who, string relation, bool see, bool write, bool review, bool settings)
    {
        foreach (var isPrivate in new[] { true, false })
        {
            var creator = who.Contains("creator", StringComparison.Ordinal) || who == "owner" ? person : maker;
            var repository = await rooms.AddRepositoryAsync(who == "owner" ? "person" : "acme", isPrivate ? "hidden" : "open", creator, isPrivate);
            if (Enum.TryParse<OrganizationRole>(who.Split(',')[0], ignoreCase: true, out var role))
                await rooms.Organizations.SetMemberAsync("acme", "person", role, Cancel);

            var found = await rooms.Roles.FindAsync(repository, who == "nobody" ? null : person.Id, Cancel);

            Assert.Equal(
                (Enum.Parse<AccessRelation>(relation), see || !isPrivate, write, review, settings),
                (found.Relation, found.MaySee, found.MayWrite, found.MayReview, found.MayChangeSettings));
        }
    }

    [Fact]
    public async Task A_change_of_membership_in_another_process_is_seen_at_once_and_has_a_larger_version()
    {
        await using var other = rooms.OpenAgain();
        var repository = await rooms.AddRepositoryAsync("acme", "bert", maker, isPrivate: true);
        var before = await rooms.Roles.FindAsync(repository, person.Id, Cancel);
        Assert.False(before.MaySee);

        await other.Organizations.SetMemberAsync("acme", "person", OrganizationRole.Write, Cancel);
        var member = await rooms.Roles.FindAsync(repository, person.Id, Cancel);
        Assert.True(member.MayWrite);
        Assert.True(member.Version > before.Version);

        await other.Organizations.RemoveMemberAsync("acme", "person", Cancel);
        var after = await rooms.Roles.FindAsync(repository, person.Id, Cancel);
        Assert.False(after.MaySee);
        Assert.True(after.Version > member.Version);
    }

    [Fact]
    public async Task A_record_from_before_a_move_does_not_leave_its_role_to_the_record_after_it()
    {
        var repository = await rooms.AddRepositoryAsync("person", "bert", maker);
        await rooms.Catalog.MoveAsync(repository.Id, "maker", "bert", Cancel);
        Assert.True((await rooms.Roles.FindAsync(repository, person.Id, Cancel)).MayChangeSettings);

        var moved = await rooms.Catalog.FindByIdAsync(repository.Id, Cancel);
        Assert.False((await rooms.Roles.FindAsync(moved!, person.Id, Cancel)).MayChangeSettings);
    }

    [Theory]
    [InlineData("person", null, true)]
    [InlineData("PERSON", null, true)]
    [InlineData("maker", null, false)]
    [InlineData("acme", null, false)]
    [InlineData("acme", "Read", false)]
    [InlineData("acme", "Contributor", true)]
    [InlineData("acme", "Admin", true)]
    [InlineData("missing", null, false)]
    public async Task Who_may_make_repositories_where(string @namespace, string? role, bool expected)
    {
        if (role is not null)
            await rooms.Organizations.SetMemberAsync("acme", "person", Enum.Parse<OrganizationRole>(role), Cancel);
        Assert.Equal(expected, await rooms.Roles.MayCreateInAsync(@namespace, person.Id, Cancel));
    }
}
