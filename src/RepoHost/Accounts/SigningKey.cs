using Microsoft.IdentityModel.Tokens;
using RepoHost.Hosting;

namespace RepoHost.Accounts;

/// <summary>One key that signs and verifies tokens. The file's name is its id; ids sort by age.</summary>
internal sealed class SigningKey
{
    public const int Bytes = 32;

    private SigningKey(string id, byte[] secret)
    {
        Id = id;
        Secret = secret;
        Security = new SymmetricSecurityKey(secret) { KeyId = id };
    }

    public string Id { get; }
    public byte[] Secret { get; }
    public SymmetricSecurityKey Security { get; }

    /// <summary>Throws <see cref="DataDirectoryException"/> with a sentence for the operator.</summary>
    public static SigningKey Read(string path)
    {
        var id = Path.GetFileNameWithoutExtension(path);
        if (!SigningKeys.IsId(id))
            throw Bad(path, "its name is not one that RepoHost gives to a key");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            throw new DataDirectoryException($"The signing key {path} can be read by everybody on this machine. Run: chmod 600 '{path}'");

        byte[] secret;
        try
        {
            secret = Convert.FromHexString(File.ReadAllText(path).Trim());
        }
        catch (FormatException)
        {
            throw Bad(path, $"it does not hold {Bytes * 2} hexadecimal digits");
        }

        if (secret.Length != Bytes)
            throw Bad(path, $"it has {secret.Length * 8} bits instead of {Bytes * 8}");
        return LooksMade(secret) ? throw Bad(path, "it was not made by a random generator, so it can be guessed") : new SigningKey(id, secret);
    }

    /// <summary>Typed phrases, examples from manuals, zeros and counting patterns. Of random keys not one in 10^13 looks like this.</summary>
    private static bool LooksMade(byte[] secret)
        => secret.Distinct().Count() < 12
            || secret.All(b => b is >= 0x20 and < 0x7f)
            || Enumerable.Range(1, secret.Length - 1).Select(i => (byte)(secret[i] - secret[i - 1])).Distinct().Count() < 8;

    private static DataDirectoryException Bad(string path, string why)
        => new($"The signing key {path} can't be used: {why}. Restore it from a backup, or delete it: a new key is made when none is left,"
            + " and tokens signed by the deleted one end.");
}
