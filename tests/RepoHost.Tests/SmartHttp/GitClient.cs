using System.Diagnostics;
using System.Text;

namespace RepoHost.Tests.SmartHttp;

/// <summary>What git said, both streams, and how it ended.</summary>
internal sealed record GitAnswer(int Status, string Said)
{
    public bool Succeeded => Status == 0;
}

/// <summary>The real git as one person uses it: a home of its own, and a credential helper that knows their token.</summary>
internal sealed class GitClient : IDisposable
{
    private readonly string? token;

    public GitClient(string? token)
    {
        this.token = token;
        foreach (var (key, value) in new[] { ("user.name", "Ada"), ("user.email", "ada@example.org"), ("init.defaultBranch", "main"), ("advice.detachedHead", "false"), ("protocol.version", "2"), ("gc.auto", "0"), ("maintenance.auto", "false") })
            Must("config", "--global", key, value);
        Must("config", "--global", "credential.helper", "!f() { test \"$1\" = get && test -n \"$TOKEN\" && printf 'username=user\\npassword=%s\\n' \"$TOKEN\"; }; f");
    }

    public string Home { get; } = Directory.CreateTempSubdirectory("repohost-home-").FullName;

    public string File(string name) => Path.Combine(Home, name);

    public void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    public void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File(path))!);
        System.IO.File.WriteAllBytes(File(path), content);
    }

    /// <summary>Adds all of a work tree and commits it.</summary>
    public void Commit(string folder, string message = "change")
    {
        In(folder, "add", "-A");
        In(folder, "commit", "-qm", message);
    }

    /// <summary>Runs in a folder below home and must succeed; gives back what was said.</summary>
    public string In(string folder, params string[] arguments) => Must(["-C", File(folder), .. arguments]);

    public GitAnswer TryIn(string folder, params string[] arguments) => Run(["-C", File(folder), .. arguments]);

    public string Must(params string[] arguments) => Run(arguments) is { Succeeded: true } answer
        ? answer.Said
        : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {Run(arguments)}");

    public GitAnswer Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = Home };
        start.Environment["HOME"] = Home;
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TOKEN"] = token ?? "";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        var said = output + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return new(process.ExitCode, said);
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
