using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class OrganizationsTests : IAsyncLifetime
{
    private Rooms rooms = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        await rooms.AddUserAsync("ada");
        await rooms.AddUserAsync("eve");
        await rooms.Organizations.AddAsync("Acme", "Acme Inc.", "ada", Cancel);
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task The_last_administrator_can_neither_leave_nor_step_down()
    {
        Assert.Equal(MembershipOutcome.LastAdministrator, await rooms.Organizations.RemoveMemberAsync("acme", "ada", Cancel));
        Assert.Equal(MembershipOutcome.LastAdministrator, await rooms.Organizations.SetMemberAsync("acme", "ada", OrganizationRole.Write, Cancel));

        await rooms.Organizations.SetMemberAsync("acme", "eve", OrganizationRole.Admin, Cancel);
        Assert.Equal(MembershipOutcome.Done, await rooms.Organizations.RemoveMemberAsync("acme", "ada", Cancel));
        var left = await rooms.Organizations.FindAsync("ACME", Cancel);
        Assert.Equal(["eve"], (await rooms.Organizations.ListMembersAsync(left!.Id, Cancel)).Select(m => m.User!.UserName));
    }

    [Fact]
    public async Task Of_two_last_administrators_who_leave_at_once_one_stays()
    {
        await rooms.Organizations.SetMemberAsync("acme", "eve", OrganizationRole.Admin, Cancel);
        var outcomes = await Task.WhenAll(new[] { "ada", "eve" }.Select(name => Task.Run(() => rooms.Organizations.RemoveMemberAsync("acme", name, Cancel), Cancel)));
        Assert.Equal([MembershipOutcome.Done, MembershipOutcome.LastAdministrator], outcomes.Order());
    }

    [Fact]
    public async Task What_does_not_exist_is_named()
    {
        Assert.Equal(MembershipOutcome.NoSuchOrganization, await rooms.Organizations.SetMemberAsync("eve", "ada", OrganizationRole.Read, Cancel));
        Assert.Equal(MembershipOutcome.NoSuchUser, await rooms.Organizations.SetMemberAsync("acme", "acme", OrganizationRole.Read, Cancel));
        Assert.Equal(MembershipOutcome.NotAMember, await rooms.Organizations.RemoveMemberAsync("acme", "eve", Cancel));
        Assert.Equal(AddOrganizationOutcome.NoSuchUser, (await rooms.Organizations.AddAsync("other", null, "nobody", Cancel)).Outcome);
        Assert.Equal(AddOrganizationOutcome.NameTaken, (await rooms.Organizations.AddAsync("EVE", null, null, Cancel)).Outcome);
        Assert.Null(await rooms.Organizations.FindAsync("other", Cancel));
    }
}
