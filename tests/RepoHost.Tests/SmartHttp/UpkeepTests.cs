using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts.Limits;
using RepoHost.Git;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>Many small pushes don't leave many packs, and nothing is lost when they are rolled up.</summary>
public sealed class UpkeepTests(GitWorld world) : IClassFixture<GitWorld>
{
    [Fact]
    public async Task Packs_are_rolled_up_while_the_repository_is_read()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Owner.Token);
        var packs = Path.Combine(world.FolderOf(record), "objects", "pack");
        using var client = world.Client();
        for (var i = 0; i <= RepositoryUpkeep.MostPacks; i++)
        {
            git.Write("work/notes.txt", $"{i}\n");
            git.Commit("work");
            git.In("work", "push", "-q", "origin", "main");
            Assert.Equal($"{i}\n", await client.GetStringAsync($"{world.Url(record)}/resolve/main/notes.txt"));
        }

        // The test's clock: a roll-up of fifty tiny packs takes well under a second.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Directory.GetFiles(packs, "*.pack").Length > RepositoryUpkeep.MostPacks)
            await Task.Delay(50, patience.Token);
        // Then it is counted anew: one pack takes less than fifty.
        var limits = world.Services.GetRequiredService<StorageLimits>();
        while ((await limits.OfRepositoryAsync(record.Id, patience.Token))!.GitBytes != ObjectFiles.SizeOf(world.FolderOf(record)))
            await Task.Delay(50, patience.Token);

        foreach (var commit in git.In("work", "rev-list", "main").Trim().Split('\n')[..^1])
            Assert.Equal(git.In("work", "show", $"{commit}:notes.txt"), await client.GetStringAsync($"{world.Url(record)}/resolve/{commit}/notes.txt"));
        TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "fsck", "--full", "--strict"]);
    }
}
