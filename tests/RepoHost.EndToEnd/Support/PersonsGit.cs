namespace RepoHost.EndToEnd.Support;

/// <summary>The real git and git-lfs as one person uses them: a home of its own, and a credential helper that knows their token.</summary>
public sealed class PersonsGit : IDisposable
{
    private readonly TemporaryFolder home = new();
    private readonly Dictionary<string, string> environment;

    private PersonsGit(string? token) => environment = new()
    {
        ["HOME"] = home.Location,
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["LC_ALL"] = "C",
        ["TOKEN"] = token ?? "",
    };

    public static async Task<PersonsGit> OfAsync(string? token)
    {
        var git = new PersonsGit(token);
        foreach (var (key, value) in new[] { ("user.name", "Ada"), ("user.email", "ada@example.org"), ("init.defaultBranch", "main"), ("gc.auto", "0") })
            await git.RunAsync("config", "--global", key, value);
        await git.RunAsync("config", "--global", "credential.helper", "!f() { test \"$1\" = get && test -n \"$TOKEN\" && printf 'username=user\\npassword=%s\\n' \"$TOKEN\"; }; f");
        await git.RunAsync("lfs", "install", "--skip-repo");
        return git;
    }

    public string File(string name) => home.File(name);

    public Task<ProgramResult> TryAsync(params string[] arguments) => ChildProgram.RunAsync("git", arguments, environment, home.Location);

    /// <summary>Must succeed; gives back what it said, both streams.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var result = await TryAsync(arguments);
        return result.ExitCode == 0 ? result.Output + result.Errors : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {result}");
    }

    public Task<string> InAsync(string folder, params string[] arguments) => RunAsync(["-C", File(folder), .. arguments]);

    public async Task CommitAsync(string folder, string message = "change")
    {
        await InAsync(folder, "add", "-A");
        await InAsync(folder, "commit", "-qm", message);
    }

    public void Dispose() => home.Dispose();
}
