using System.Security.Cryptography;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Writing;

/// <summary>The real git and git-lfs with fine-grained tokens: what each may, and what its person reads on the terminal (contract 2.3 row 6).</summary>
public sealed class FineGrainedGitTests(World world) : IClassFixture<StartedWorld>
{
    private const string NoGated = "Please enable access to public gated repositories in your fine-grained token settings to view this repository.";

    [Fact]
    public async Task A_token_that_reads_one_repository_clones_it_with_its_objects_and_no_other()
    {
        Requires.Tool("git-lfs");
        using var git = await OfAsync("dana", "--repo", World.Large, "--right", "read");
        await git.RunAsync("clone", "-q", Url(World.Large), "work");
        Assert.Equal(world.LargeFile, await File.ReadAllBytesAsync(git.File("work/weights.bin"), TestContext.Current.CancellationToken));

        RefusedWith(NoGated, await git.TryAsync("clone", Url(World.Gated), "other"));
        // Read elsewhere is no reason to hear of what is private.
        using var author = await OfAsync("author", "--repo", World.Large, "--right", "read");
        RefusedWith("not found", await author.TryAsync("clone", Url(World.Private), "hidden"));
    }

    [Fact]
    public async Task A_token_that_reads_pushes_neither_commits_nor_objects()
    {
        Requires.Tool("git-lfs");
        var id = await world.NewRepositoryAsync();
        using var git = await OfAsync("author", "--repo", id, "--right", "read");
        await git.RunAsync("clone", "-q", Url(id), "work");
        await File.WriteAllBytesAsync(git.File("work/new.safetensors"), RandomNumberGenerator.GetBytes(100_000), TestContext.Current.CancellationToken);
        await git.CommitAsync("work");
        RefusedWith(Lacks("Write", id), await git.TryAsync("-C", git.File("work"), "lfs", "push", "--all", "origin"));
        RefusedWith(Lacks("Write", id), await git.TryAsync("-C", git.File("work"), "-c", "core.hooksPath=/dev/null", "push", "origin", "main"));
    }

    [Fact]
    public async Task A_token_that_writes_pushes_commits_and_objects_and_downloads_nothing()
    {
        Requires.Tool("git-lfs");
        var id = await world.NewRepositoryAsync();
        // What to push is cloned with another token; the origin is the same.
        using var reader = await PersonsGit.OfAsync(world.Owner);
        await reader.RunAsync("clone", "-q", Url(id), "work");
        using var git = await OfAsync("author", "--repo", id, "--right", "write");
        var weights = RandomNumberGenerator.GetBytes(100_000);
        await File.WriteAllBytesAsync(reader.File("work/new.safetensors"), weights, TestContext.Current.CancellationToken);
        await reader.CommitAsync("work");
        await git.RunAsync("-C", reader.File("work"), "push", "-q", "origin", "main");

        RefusedWith(NoGated, await git.TryAsync("clone", Url(id), "work"));
        using var again = await PersonsGit.OfAsync(world.Owner);
        await again.RunAsync("clone", "-q", Url(id), "work");
        Assert.Equal(weights, await File.ReadAllBytesAsync(again.File("work/new.safetensors"), TestContext.Current.CancellationToken));

        // The gate is a setting, also when a push would open it.
        await File.WriteAllTextAsync(reader.File("work/README.md"), "---\nlicense: mit\n---\n# Open\n", TestContext.Current.CancellationToken);
        await reader.CommitAsync("work");
        RefusedWith(Lacks("Settings", id), await git.TryAsync("-C", reader.File("work"), "push", "origin", "main"));
    }

    [Fact]
    public async Task The_right_to_read_gated_repositories_decides_for_a_person_who_may()
    {
        Requires.Tool("git-lfs");
        using var without = await OfAsync("dana");
        RefusedWith(NoGated, await without.TryAsync("clone", Url(World.Large), "work"));
        using var with = await OfAsync("dana", "--read-gated");
        await with.RunAsync("clone", "-q", Url(World.Large), "work");
        Assert.Equal(World.LargeFileSize, new FileInfo(with.File("work/weights.bin")).Length);
        using var author = await OfAsync("author", "--read-gated");
        RefusedWith(Lacks("Write", World.Large), await author.TryAsync("-C", with.File("work"), "push", "origin", "main:side"));
    }

    /// <summary>The sentence, whole, among what the program prints.</summary>
    private static void RefusedWith(string sentence, ProgramResult said)
    {
        Assert.NotEqual(0, said.ExitCode);
        Assert.Contains(sentence, said.Errors + said.Output, StringComparison.Ordinal);
    }

    private string Lacks(string right, string id) => $"This fine-grained token lacks the right '{right}' on {id}. Change it at {world.Server.Base}/settings/tokens.";

    private string Url(string id) => $"{world.Server.Base}/{id}";

    private async Task<PersonsGit> OfAsync(string user, params string[] rights) => await PersonsGit.OfAsync(await world.Server.AddScopedTokenAsync(user, rights));
}
