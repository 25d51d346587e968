using System.Net.Http.Json;
using System.Security.Cryptography;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Writing;

/// <summary>The real git with the real git-lfs, from an author's push to a reader's checkout (contract 7.7, 7.8).</summary>
public sealed class GitLfsTests(World world) : IClassFixture<StartedWorld>
{
    [Fact]
    public async Task Large_files_travel_through_LFS_both_ways()
    {
        Requires.Tool("git-lfs");
        var (url, _) = await NewAsync("lfs-travels");
        using var author = await PersonsGit.OfAsync(world.Owner);
        await author.RunAsync("clone", "-q", url, "work");
        var weights = RandomNumberGenerator.GetBytes(12_345_678);
        await File.WriteAllBytesAsync(author.File("work/model.safetensors"), weights, TestContext.Current.CancellationToken);
        await author.CommitAsync("work");
        var said = await author.InAsync("work", "push", "origin", "main");
        Assert.DoesNotContain("lock", said, StringComparison.OrdinalIgnoreCase);

        using var reader = await PersonsGit.OfAsync(world.Accepted);
        await reader.RunAsync("clone", "-q", url, "work");
        Assert.Equal(weights, await File.ReadAllBytesAsync(reader.File("work/model.safetensors"), TestContext.Current.CancellationToken));

        // A download that broke off goes on where it stopped.
        var oid = Convert.ToHexStringLower(SHA256.HashData(weights));
        Directory.Delete(reader.File("work/.git/lfs/objects"), recursive: true);
        File.Delete(reader.File("work/model.safetensors"));
        Directory.CreateDirectory(reader.File("work/.git/lfs/incomplete"));
        await File.WriteAllBytesAsync(reader.File($"work/.git/lfs/incomplete/{oid}.part"), weights[..5_000_000], TestContext.Current.CancellationToken);
        await reader.InAsync("work", "lfs", "pull");
        Assert.Equal(weights, await File.ReadAllBytesAsync(reader.File("work/model.safetensors"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_push_without_its_objects_is_refused_and_with_them_taken()
    {
        Requires.Tool("git-lfs");
        var (url, _) = await NewAsync("lfs-missing");
        using var author = await PersonsGit.OfAsync(world.Owner);
        await author.RunAsync("clone", "-q", url, "work");
        await File.WriteAllBytesAsync(author.File("work/model.bin"), RandomNumberGenerator.GetBytes(100_000), TestContext.Current.CancellationToken);
        await author.CommitAsync("work");
        var refused = await author.TryAsync("-C", author.File("work"), "-c", "core.hooksPath=/dev/null", "push", "origin", "main");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("These files are LFS pointers", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("model.bin", refused.Errors, StringComparison.Ordinal);
        await author.InAsync("work", "lfs", "push", "--all", "origin");
        await author.InAsync("work", "push", "-q", "origin", "main");
    }

    [Fact]
    public async Task A_gate_holds_for_the_objects_too()
    {
        Requires.Tool("git-lfs");
        var (url, id) = await NewAsync("lfs-gated");
        using var author = await PersonsGit.OfAsync(world.Owner);
        await author.RunAsync("clone", "-q", url, "work");
        await File.WriteAllBytesAsync(author.File("work/model.bin"), RandomNumberGenerator.GetBytes(100_000), TestContext.Current.CancellationToken);
        await author.CommitAsync("work");
        await author.InAsync("work", "push", "-q", "origin", "main");

        // Cloned while it was open, without the objects; then the gate comes.
        using var reader = await PersonsGit.OfAsync(world.Stranger);
        await reader.RunAsync("-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false", "clone", "-q", url, "work");
        await File.WriteAllTextAsync(author.File("work/README.md"), "---\ngated: manual\n---\n", TestContext.Current.CancellationToken);
        await author.CommitAsync("work");
        await author.InAsync("work", "push", "-q", "origin", "main");

        var refused = await reader.TryAsync("-C", reader.File("work"), "lfs", "pull");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("is restricted", refused.Errors + refused.Output, StringComparison.Ordinal);
        await world.GrantAsync($"models/{id}", "sam");
        await reader.InAsync("work", "lfs", "pull");
        Assert.Equal(100_000, new FileInfo(reader.File("work/model.bin")).Length);
    }

    [Fact]
    public async Task Whoever_may_not_write_uploads_no_more_than_proposals_may_hold()
    {
        Requires.Tool("git-lfs");
        var (url, _) = await NewAsync("lfs-refused");
        using var reader = await PersonsGit.OfAsync(world.Writer);
        await reader.RunAsync("clone", "-q", url, "work");
        await File.WriteAllBytesAsync(reader.File("work/model.bin"), RandomNumberGenerator.GetBytes(11_000_000), TestContext.Current.CancellationToken);
        await reader.CommitAsync("work");
        var refused = await reader.TryAsync("-C", reader.File("work"), "lfs", "push", "--all", "origin");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("Without the right to write, one person may add 10 MB", refused.Errors + refused.Output, StringComparison.Ordinal);
    }

    /// <summary>A new model of acme's with the default attributes.</summary>
    private async Task<(string Url, string Id)> NewAsync(string name)
    {
        using var client = world.Server.As(world.Owner);
        using var created = await client.PostAsJsonAsync("/api/repos/create", new { name, organization = "acme" }, TestContext.Current.CancellationToken);
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return ($"{world.Server.Base}/acme/{name}", $"acme/{name}");
    }
}
