using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using RepoHost.EndToEnd.Support;

namespace RepoHost.EndToEnd.Redis;

/// <summary>A real redis-server on loopback that keeps nothing; it can be killed and started again on the same port.</summary>
internal sealed partial class RedisServer : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private ChildProgram? program;

    public int Port { get; } = FreePort();

    public string ConnectionString => $"127.0.0.1:{Port}";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        program = ChildProgram.Start("redis-server", ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--rdbcompression", "no", "--dir", folder.Location]);
        await program.WaitForLineAsync(ReadyLine(), cancellationToken);
    }

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        await program!.KillAsync(cancellationToken: cancellationToken);
        await program.DisposeAsync();
        program = null;
    }

    public async Task<string> AskAsync(params string[] command) =>
        (await ChildProgram.RunAsync("redis-cli", ["-p", $"{Port}", .. command])).Output.Trim();

    public async ValueTask DisposeAsync()
    {
        if (program is not null)
            await program.DisposeAsync();
        folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("Ready to accept connections")]
    private static partial Regex ReadyLine();
}
