using System.Diagnostics;
using Xunit;

namespace RepoHost.EndToEnd.Support;

/// <summary>A missing component skips a test with the reason; where CI=true it fails it, so that no unrun test looks green.</summary>
internal static class Requires
{
    public static bool IsCi { get; } = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    public static void Tool(string name) =>
        That(FindOnPath(name), $"{name} is not installed: apt-get install {PackageOf(name)}");

    /// <summary>Chromium without windows, which takes less of the machine, or else the whole of it.</summary>
    /// <returns>The program to start.</returns>
    public static string Chromium()
    {
        var found = FindOrNull("chromium-headless-shell") ?? FindOrNull("chromium");
        That(found is not null, "chromium is not installed: apt-get install chromium-headless-shell");
        return found!;
    }

    public static void Root() => That(Environment.IsPrivilegedProcess, "mounting a file system takes root");

    /// <summary>Debian's own python3: another one on the path would not have its modules.</summary>
    public static void MailServer() => That(HasPythonModule.Value, "aiosmtpd is not installed: apt-get install python3-aiosmtpd");

    public static void NpmClients()
    {
        Tool("node");
        That(Directory.Exists(Path.Combine(Paths.Clients, "node_modules")), "the JavaScript clients are not installed: npm ci --ignore-scripts --prefix tests/clients");
    }

    public static void LlamaClient()
    {
        NpmClients();
        That(
            Directory.Exists(Path.Combine(Paths.Clients, "llama", "node_modules")),
            "node-llama-cpp is not installed: npm install --no-save --ignore-scripts --omit=optional --prefix tests/clients/llama");
    }

    private static readonly Lazy<bool> HasPythonModule = new(() =>
    {
        if (!File.Exists("/usr/bin/python3"))
            return false;
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", "import aiosmtpd"]) { RedirectStandardError = true })!;
        python.WaitForExit();
        return python.ExitCode == 0;
    });

    private static void That(bool isThere, string otherwise)
    {
        if (isThere)
            return;
        if (IsCi)
            Assert.Fail($"{otherwise} (nothing is skipped when CI=true)");
        Assert.Skip(otherwise);
    }

    /// <summary>Where a tool is that <see cref="Tool"/> has found.</summary>
    public static string PathOf(string name) => FindOrNull(name) ?? throw new FileNotFoundException($"{name} is not on the PATH");

    private static bool FindOnPath(string name) => FindOrNull(name) is not null;

    private static string? FindOrNull(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string PackageOf(string tool) => tool switch
    {
        "aria2c" => "aria2",
        "nginx" => "nginx-light",
        "node" => "nodejs",
        "redis-server" or "redis-cli" => "redis-server",
        _ => tool,
    };
}
