using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Commands;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Persons;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Gating.Persons;

/// <summary>An organization with a gated repository and a reviewer; each test makes people of its own who leave.</summary>
public sealed class DepartureWorld : HubApplication
{
    private const string Card = "---\ngated: manual\nextra_gated_fields:\n  Company: text\n---\n# Gated\n";

    private int _made;

    internal TestPerson Boss { get; private set; } = null!;

    internal RepositoryRecord Gated { get; private set; } = null!;

    internal PersonRemoval Removal => Services.GetRequiredService<PersonRemoval>();

    internal AccessRequests Requests => Services.GetRequiredService<AccessRequests>();

    internal Organizations Organizations => Services.GetRequiredService<Organizations>();

    internal UserAccounts Users => Services.GetRequiredService<UserAccounts>();

    protected override async Task FillAsync()
    {
        Boss = await AddPersonAsync("boss", TokenRole.Write);
        await Organizations.AddAsync("acme", "Acme", "boss", CancellationToken.None);
        Gated = await AddGatedAsync("acme/gated");
    }

    internal Task<RepositoryRecord> AddGatedAsync(string id, bool isPrivate = false) =>
        AddRepositoryAsync(RepositoryType.Model, id, new Dictionary<string, string> { ["README.md"] = Card, ["config.json"] = "{}\n" }, isPrivate);

    internal string NewName(string kind = "person") => $"{kind}{Interlocked.Increment(ref _made)}";

    /// <param name="confirmed">False for an address that the person has only claimed.</param>
    internal async Task ConfirmAddressAsync(TestPerson person, bool confirmed = true)
    {
        await using var db = await OpenDatabaseAsync();
        Assert.Equal(1, await db.Users.Where(u => u.Id == person.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, confirmed), CancellationToken.None));
    }

    internal Task<TestPerson> NewPersonAsync() => AddPersonAsync(NewName(), TokenRole.Write);

    internal async Task AskAsync(RepositoryRecord record, TestPerson person, string company = "Example") =>
        await Requests.AskAsync(record, await Services.GetRequiredService<CardPolicies>().FindAsync(record, CancellationToken.None), person.Id, [new("Company", company)], CancellationToken.None);

    internal Task<RepoHostDb> OpenDatabaseAsync() => Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();

    /// <summary>Runs a command on this server's data directory, as an operator does beside it.</summary>
    internal async Task<(int Status, string Output, string Errors)> RunAsync(string line, string input = "")
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var status = await CommandTree.RunAsync(
            [.. line.Split(' '), $"--data={DataDirectory}"], Server.AddRooms, _ => [], new StringReader(input), new InvocationConfiguration { Output = output, Error = errors });
        return (status, output.ToString().TrimEnd(), errors.ToString().TrimEnd());
    }

    /// <summary>Every value of every row of every table, as text.</summary>
    internal async Task<IReadOnlyList<string>> EverythingStoredAsync()
    {
        await using var db = await OpenDatabaseAsync();
        var tables = await db.Database.SqlQueryRaw<string>("""SELECT "name" AS "Value" FROM sqlite_master WHERE type = 'table'""").ToListAsync();
        Assert.True(tables.Count > 10);
        await db.Database.OpenConnectionAsync();
        var values = new List<string>();
        foreach (var table in tables)
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The names come from the database itself.
            command.CommandText = $"SELECT * FROM \"{table}\"";
#pragma warning restore CA2100
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                for (var i = 0; i < rows.FieldCount; i++)
                    values.Add($"{table}.{rows.GetName(i)} = {rows.GetValue(i)}");
            }
        }

        return values;
    }
}
