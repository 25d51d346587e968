using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Commands;

/// <summary>
/// The first start in the Development environment (design 8): two people, an organization, and the repositories of <c>sample-repos/</c>, with passwords
/// and tokens made up on the spot and printed once. Does nothing where somebody has an account already.
/// </summary>
internal sealed class SampleRepositories(
    IDbContextFactory<RepoHostDb> databases,
    UserAccounts users,
    Organizations organizations,
    TokenIssuer tokens,
    RepositoryIntake intake,
    RepositoryCatalog catalog,
    AccessRequests requests)
{
    private const string Author = "author";
    private const string Reader = "reader";
    private const string Organization = "acme";

    /// <summary>What was made, for the banner; null when there was nothing to do.</summary>
    public async Task<SampleAccounts?> LoadAsync(string folder, CancellationToken cancellationToken)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (await db.Users.AnyAsync(cancellationToken) || !Directory.Exists(folder))
                return null;
        }

        var author = await PersonAsync(Author, "Ada Author", TokenRole.Write, cancellationToken);
        var reader = await PersonAsync(Reader, "Rolf Reader", TokenRole.Read, cancellationToken);
        await organizations.AddAsync(Organization, "Acme Research", Author, cancellationToken);

        foreach (var (type, path) in Folders(folder))
        {
            var order = new RepositoryOrder(type, Path.GetFileName(Path.GetDirectoryName(path)!), Path.GetFileName(path), author.UserId, Private: false, path) { BeyondLimits = true };
            var added = await intake.AddAsync(order, null, cancellationToken);
            if (added.Repository is null)
                throw new InvalidOperationException($"The sample {order.Namespace}/{order.Name} could not be added: {added.Message}");
        }

        // The reader has been accepted for one model, so that the printed commands show both: a download and a refusal.
        if (await catalog.FindAsync(RepositoryType.Model, Organization, "tiny-sentiment", cancellationToken) is { } gated)
            await requests.GrantAsync(gated, author.UserId, new(Reader, null), cancellationToken);
        return new(author, reader);
    }

    private static IEnumerable<(RepositoryType Type, string Folder)> Folders(string root) =>
        from type in Enum.GetValues<RepositoryType>()
        let folder = Path.Combine(root, type.Plural())
        where Directory.Exists(folder)
        from owner in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
        from repository in Directory.EnumerateDirectories(owner).Order(StringComparer.Ordinal)
        select (type, repository);

    private async Task<SamplePerson> PersonAsync(string name, string fullName, TokenRole role, CancellationToken cancellationToken)
    {
        var password = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 16) + "-a1A";
        var added = await users.AddAsync(name, $"{name}@example.org", fullName, password, isAdministrator: false, cancellationToken);
        if (added.User is not { } user)
            throw new InvalidOperationException($"The sample user {name} could not be added: {added.Message}");
        var token = await tokens.IssueAsync(user, "sample", role, null, cancellationToken);
        return new(user.Id, name, password, token.Text);
    }
}

internal sealed record SamplePerson(string UserId, string Name, string Password, string Token);

internal sealed record SampleAccounts(SamplePerson Author, SamplePerson Reader)
{
    /// <summary>Commands that work when pasted, each with what it shows.</summary>
    public string Banner(PublicUrl publicUrl)
    {
        var hub = publicUrl.Base;
        var (gated, auto) = ("acme/tiny-sentiment", "acme/tiny-sentiment-auto");
        return $"""

            RepoHost is serving the sample repositories at {hub}. Two people have accounts; this is shown once:

              author   password {Author.Password}   owns the repositories of acme
              reader   password {Reader.Password}   was accepted for {gated}

            In the browser: log in at {hub}/login as reader and ask for {hub}/{auto},
            or as author and see who has access at {hub}/{gated}/settings/access-requests

            Paste this line first, then any of the others:

              export HF_ENDPOINT={hub} AUTHOR={Author.Token} READER={Reader.Token}

            Nobody is refused, with the reason:
              curl -i $HF_ENDPOINT/{gated}/resolve/main/config.json

            The reader downloads gated files:
              curl -H "Authorization: Bearer $READER" $HF_ENDPOINT/{gated}/resolve/main/config.json
              HF_TOKEN=$READER hf download {gated}
              HF_TOKEN=$READER python3 -c "from huggingface_hub import hf_hub_download; print(hf_hub_download('{gated}', 'config.json'))"

            The reader has not asked for {auto} yet; asks, and may:
              curl -H "Authorization: Bearer $READER" $HF_ENDPOINT/{auto}/resolve/main/config.json
              curl -X POST -H "Authorization: Bearer $READER" -d "Company or university=Example" -d "I agree to the terms above=on" $HF_ENDPOINT/{auto}/ask-access
              curl -H "Authorization: Bearer $READER" $HF_ENDPOINT/{auto}/resolve/main/config.json

            The author sees who has access, and takes it back:
              curl -H "Authorization: Bearer $AUTHOR" $HF_ENDPOINT/api/models/{gated}/user-access-request/accepted
              curl -X POST -H "Authorization: Bearer $AUTHOR" -H "Content-Type: application/json" -d '{RejectBody}' $HF_ENDPOINT/api/models/{gated}/user-access-request/handle
              curl -H "Authorization: Bearer $READER" $HF_ENDPOINT/{gated}/resolve/main/config.json

            Stop the server with Ctrl+C. Everything it keeps is in its data directory; delete that to start anew.

            """;
    }

    private const string RejectBody = """{"user":"reader","status":"rejected","rejectionReason":"only a demonstration"}""";
}
