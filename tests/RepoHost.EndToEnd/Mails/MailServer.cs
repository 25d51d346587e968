using System.Text.RegularExpressions;
using MimeKit;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Mails;

/// <summary>A real mail server (<c>tests/mail-server</c>) on a port of its own; what it takes are files, read back with MimeKit.</summary>
internal sealed partial class MailServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder folder;
    private readonly ChildProgram program;

    private MailServer(TemporaryFolder folder, ChildProgram program, int port)
    {
        this.folder = folder;
        this.program = program;
        Port = port;
    }

    public int Port { get; }

    public static async Task<MailServer> StartAsync(params string[] options)
    {
        Requires.MailServer();
        var folder = new TemporaryFolder();
        var program = ChildProgram.Start("/usr/bin/python3", [Path.Combine(Paths.Root, "tests", "mail-server", "smtp_server.py"), folder.Location, .. options]);
        var port = int.Parse((await program.WaitForLineAsync(Listening(), TestContext.Current.CancellationToken)).Groups["port"].Value, System.Globalization.CultureInfo.InvariantCulture);
        return new MailServer(folder, program, port);
    }

    /// <summary>The settings that make a server send its mails here.</summary>
    public Dictionary<string, string> Settings(string security = "None", string? user = null, string? password = null)
    {
        var settings = new Dictionary<string, string>
        {
            ["Mail__From"] = "RepoHost <hub@hub.example>",
            ["Mail__Smtp__Host"] = "127.0.0.1",
            ["Mail__Smtp__Port"] = $"{Port}",
            ["Mail__Smtp__Security"] = security,
            ["Gating__AllowRequestsByToken"] = "true",
        };
        if (user is not null)
            (settings["Mail__Smtp__User"], settings["Mail__Smtp__Password"]) = (user, password!);
        return settings;
    }

    public IReadOnlyList<MimeMessage> Mails() => [.. Directory.EnumerateFiles(folder.Location, "*.eml").Order(StringComparer.Ordinal).Select(file => MimeMessage.Load(file))];

    /// <summary>Waits until so many mails have come.</summary>
    public async Task<IReadOnlyList<MimeMessage>> WaitAsync(int count)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (Directory.EnumerateFiles(folder.Location, "*.eml").Count() < count)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"{count} mails did not come within {Patience}.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        return Mails();
    }

    public async ValueTask DisposeAsync()
    {
        await program.TerminateAsync();
        await program.DisposeAsync();
        folder.Dispose();
    }

    [GeneratedRegex(@"listening on (?<port>\d+)")]
    private static partial Regex Listening();
}
