using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>A server on which people have passwords.</summary>
public class AccountsWorld : HubApplication
{
    public const string Password = "correct horse";

    protected override IEnumerable<string> Settings => ["--Accounts:AttemptsPerAddress=100000"];

    internal Mailbox Mails => new(this);

    internal PageClient Browser(string? agent = null) => new(Address, agent);

    internal async Task<User> AddAsync(string name, string? password = Password, bool emailConfirmed = true)
    {
        var added = await Services.GetRequiredService<UserAccounts>().AddAsync(new(name, $"{name}@example.org", null, password) { EmailConfirmed = emailConfirmed }, CancellationToken.None);
        Assert.True(added.User is not null, added.Message);
        return added.User;
    }

    internal async Task<User> FindAsync(string name) => (await Services.GetRequiredService<UserAccounts>().FindAsync(name, CancellationToken.None))!;
}
