using System.Globalization;
using System.Text;
using RepoHost.Tests.SmartHttp;
using Xunit;

namespace RepoHost.EndToEnd.Load;

/// <summary>Repositories whose shape makes a question dear: many refs, many folders, many files, and packs that unpack to much more than they are.</summary>
[Collection(LoadWorld.Collection)]
public sealed class RepositoryShapeAttackTests(LoadWorld world)
{
    private const int Branches = 20_000;
    private const int Folders = 500;
    private const int Files = 24_000;

    /// <summary>A page once read each of them, for four seconds.</summary>
    [Fact]
    public async Task Pages_of_a_repository_with_20000_branches_slow_nobody_down()
    {
        var folder = await world.ImportAsync("branches", Import(["file.txt"]));
        var tip = await File.ReadAllTextAsync(Path.Combine(folder, "refs/heads/main"));
        for (var number = 0; number < Branches; number++)
            await File.WriteAllTextAsync(Path.Combine(folder, $"refs/heads/branch-{number}"), tip);
        // A list is kept once its folder has rested for a second.
        Directory.SetLastWriteTimeUtc(Path.Combine(folder, "refs/heads"), TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-1));
        await HoldsAsync(8, "/author/branches/tree/main", "/author/branches/refs", "/api/models/author/branches/refs", "/author/branches");
    }

    [Fact]
    public async Task Nor_do_pages_of_deep_and_of_wide_folders()
    {
        var deep = string.Concat(Enumerable.Repeat("folder/", Folders));
        var folder = await world.ImportAsync("shape", Import([$"{deep}file.txt", .. Enumerable.Range(0, Files).Select(number => $"wide/file-{number}.txt")]));
        var tip = await File.ReadAllTextAsync(Path.Combine(folder, "refs/heads/main"));
        await HoldsAsync(
            3,
            $"/author/shape/tree/main/{deep.TrimEnd('/')}",
            $"/author/shape/blob/main/{deep}file.txt",
            "/author/shape/tree/main/wide",
            "/author/shape/commits/main",
            $"/author/shape/commit/{tip.Trim()}",
            "/api/models/author/shape/tree/main?recursive=true",
            "/api/models/author/shape/tree/main/wide?expand=true");
    }

    /// <summary>The server took half a minute of a processor for each.</summary>
    [Fact]
    public async Task Nor_do_pushes_that_unpack_to_gigabytes()
    {
        var command = $"{new string('0', 40)} {new string('2', 40)} refs/heads/bomb\0report-status";
        var length = (command.Length + 4).ToString("x4", CultureInfo.InvariantCulture);
        byte[] body = [.. Encoding.ASCII.GetBytes($"{length}{command}0000"), .. DeltaPack.ManyDeltas()];
        var (target, type) = ($"/{LoadWorld.AttackersRepository}/git-receive-pack", "application/x-git-receive-pack-request");
        using var client = world.Server.As(world.Attacker);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(type);
        using var response = await client.PostAsync(target, content);
        Assert.Contains("unpack The pack unpacks to more than", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var push = RawRequest.WithBody("POST", target, world.Attacker, type, body);
        var statuses = await LoadComparison.HoldsAsync(world.Download, () => Attack.Start(world.Server.Address, 4, push));
        Assert.Equal([200], statuses.Keys);
    }

    private async Task HoldsAsync(int attackers, params string[] targets)
    {
        var requests = targets.Select(target => RawRequest.Get(target)).ToArray();
        var statuses = await LoadComparison.HoldsAsync(world.Download, () => Attack.Start(world.Server.Address, attackers, requests));
        Assert.Equal([200], statuses.Keys);
    }

    /// <summary>One commit on main with these files, for <c>git fast-import</c>.</summary>
    private static string Import(IEnumerable<string> paths) =>
        "commit refs/heads/main\ncommitter Ada <ada@example.org> 1700000000 +0000\ndata 6\nshape\n\n"
        + string.Concat(paths.Select(path => $"M 100644 inline {path}\ndata 2\nx\n\n"));
}
