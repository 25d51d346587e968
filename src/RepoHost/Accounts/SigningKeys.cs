using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using RepoHost.Hosting;

namespace RepoHost.Accounts;

/// <summary>
/// The keys in <c>{DataDirectory}/keys</c>, one file each: the newest signs, all verify. The first is made at the first start. A key that another process adds
/// is seen when a token names it; removing one takes a restart.
/// </summary>
internal sealed partial class SigningKeys
{
    private readonly string folder;
    private readonly ILogger<SigningKeys> logger;
    private readonly Lock loading = new();
    private volatile Dictionary<string, SigningKey> keys = [];
    private DateTime loaded;

    /// <summary>Throws <see cref="InvalidOperationException"/>, naming the file and what to do, when a key is damaged, short or known.</summary>
    public SigningKeys(string dataDirectory, ILogger<SigningKeys> logger)
    {
        folder = Path.Combine(dataDirectory, "keys");
        this.logger = logger;
        CreateFolder();
        Load();
        if (keys.Count == 0)
            Rotate();
    }

    public string PathOf(string keyId) => Path.Combine(folder, keyId + ".key");

    public SigningKey Newest
    {
        get
        {
            LoadIfChanged();
            return keys.Values.MaxBy(key => key.Id, StringComparer.Ordinal)!;
        }
    }

    /// <summary>Four digits that count up, then four random ones.</summary>
    public static bool IsId(string id) => id.Length == 8 && id.All(char.IsAsciiHexDigitLower) && id[..4].All(char.IsAsciiDigit);

    /// <summary>What a token's <c>kid</c> names. Only ever a look-up among keys that are loaded: it is the client's text and never becomes a path.</summary>
    public IEnumerable<SecurityKey> Resolve(string? keyId)
    {
        if (keyId is null || !IsId(keyId))
            return [];
        if (!keys.TryGetValue(keyId, out var key))
        {
            LoadIfChanged();
            if (!keys.TryGetValue(keyId, out key))
                return [];
        }

        return [key.Security];
    }

    /// <summary>Adds a key, which signs from now on.</summary>
    public SigningKey Rotate()
    {
        lock (loading)
        {
            Load();
            var last = keys.Keys.Select(id => int.Parse(id.AsSpan(0, 4), provider: null)).DefaultIfEmpty(0).Max();
            if (last == 9999)
                throw new DataDirectoryException($"There is no number left for another signing key: remove old ones from {folder}.");

            var id = $"{last + 1:D4}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2))}";
            Write(PathOf(id));
            Load();
            return keys[id];
        }
    }

    private static void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        var temporary = path + ".new";
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SigningKey.Bytes)) + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void Load()
    {
        lock (loading)
        {
            // The time first: a key that arrives while the folder is read is found by the next look.
            loaded = Directory.GetLastWriteTimeUtc(folder);
            var present = keys;
            keys = Directory.EnumerateFiles(folder, "*.key")
                .Select(path => present.GetValueOrDefault(Path.GetFileNameWithoutExtension(path)) ?? SigningKey.Read(path))
                .ToDictionary(key => key.Id, StringComparer.Ordinal);
        }
    }

    private void LoadIfChanged()
    {
        if (Directory.GetLastWriteTimeUtc(folder) == loaded)
            return;
        try
        {
            Load();
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            Log.KeysNotRead(logger, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The signing keys have changed but can't be read; those known before stay in use.")]
        public static partial void KeysNotRead(ILogger logger, Exception fault);
    }
}
