using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Accounts;

/// <summary>
/// The way to the first administrator: a code that each start of a server without one writes to its log, and nowhere else. The data directory keeps its hash, so
/// that every process on the directory takes the newest code. It ends when it has been used, or when there is an administrator by other means.
/// </summary>
internal sealed class FirstAdministrator(IDbContextFactory<RepoHostDb> databases, UserAccounts accounts, IOptions<RepoHostOptions> host)
{
    private const int CodeLength = 26;
    private const string CodeCharacters = "abcdefghijkmnpqrstuvwxyz23456789";

    private readonly string _file = Path.Combine(Path.GetFullPath(host.Value.DataDirectory), "setup-code");

    /// <returns>The code for the log; null when there is an administrator.</returns>
    public async Task<string?> OpenAsync(CancellationToken cancellationToken)
    {
        if (await ExistsAsync(cancellationToken))
        {
            Close();
            return null;
        }

        var code = RandomNumberGenerator.GetString(CodeCharacters, CodeLength);
        var temporary = $"{_file}.{Guid.NewGuid():N}";
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new FileStream(temporary, create))
            await file.WriteAsync(HashOf(code), cancellationToken);
        File.Move(temporary, _file, overwrite: true);
        return code;
    }

    /// <summary>Nobody gets in this way any more, until a start opens it again.</summary>
    public void Close() => File.Delete(_file);

    public async Task<bool> IsOpenAsync(CancellationToken cancellationToken) => File.Exists(_file) && !await ExistsAsync(cancellationToken);

    public async Task<bool> IsCodeAsync(string code, CancellationToken cancellationToken)
    {
        try
        {
            return CryptographicOperations.FixedTimeEquals(await File.ReadAllBytesAsync(_file, cancellationToken), HashOf(code.Trim()));
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The code was right: of two people who have it, one becomes the administrator.</summary>
    public async Task<AddUserResult> AddAsync(NewUser wish, CancellationToken cancellationToken)
    {
        var added = await accounts.AddAsync(wish with { IsAdministrator = true, OnlyAsFirstAdministrator = true }, cancellationToken);
        if (added.Outcome is AddUserOutcome.Added or AddUserOutcome.AdministratorExists)
            Close();
        return added;
    }

    private static byte[] HashOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));

    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Users.AnyAsync(u => u.IsAdministrator, cancellationToken);
    }
}
