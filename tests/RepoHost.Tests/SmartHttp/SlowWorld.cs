using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.Hub;

namespace RepoHost.Tests.SmartHttp;

/// <summary>A server whose clock is moved by the tests, and a way to see the git processes that it has started.</summary>
public class SlowWorld : HubApplication
{
    internal FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    internal TestPerson Owner { get; private set; } = null!;

    internal TransferSpool Spool => Services.GetRequiredService<TransferSpool>();

    internal GitSessions Sessions => Services.GetRequiredService<GitSessions>();

    protected override WebApplication Build(string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        Server.AddRooms(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
        var app = builder.Build();
        Server.UsePipeline(app);
        return app;
    }

    protected override async Task FillAsync() => Owner = await AddPersonAsync("owner", TokenRole.Write);

    internal Task<RepositoryRecord> NewAsync(string name) =>
        AddRepositoryAsync(RepositoryType.Model, $"owner/{name}", new Dictionary<string, string> { ["README.md"] = "# Slow\n" });

    internal string FolderOf(RepositoryRecord record) => Services.GetRequiredService<GitRepositories>().PathOf(record.Id);

    /// <summary>Until so many bodies are being received, or answers kept for slow readers.</summary>
    internal Task UntilReceivingAsync(int count) => UntilAsync(() => Spool.Held.Transfers == count);

    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
            await Task.Delay(20, patience.Token);
    }

    /// <summary>The environments of the git processes that work on this repository, as the system has them.</summary>
    internal static IReadOnlyList<string[]> Environments(RepositoryRecord record)
    {
        var found = new List<string[]>();
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "cmdline")).Contains(record.Id, StringComparison.Ordinal))
                    found.Add(File.ReadAllText(Path.Combine(process, "environ")).Split('\0', StringSplitOptions.RemoveEmptyEntries));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone meanwhile, or none of ours.
            }
        }

        return found;
    }

    internal static async Task<IReadOnlyList<string[]>> UntilRunningAsync(RepositoryRecord record)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            // Between fork and exec a process has its parent's environment.
            if (Environments(record) is { Count: > 0 } running && running.All(names => names.Any(name => name.StartsWith("GIT_CONFIG_NOSYSTEM=", StringComparison.Ordinal))))
                return running;
            await Task.Delay(20, patience.Token);
        }
    }

    internal static async Task UntilGoneAsync(RepositoryRecord record)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Environments(record).Count > 0)
            await Task.Delay(20, patience.Token);
    }
}
