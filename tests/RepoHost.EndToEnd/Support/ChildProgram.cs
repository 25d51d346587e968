using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace RepoHost.EndToEnd.Support;

/// <summary>A program of our own starting, with its lines kept; it is stopped by its id, never by its name.</summary>
public sealed class ChildProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly StringBuilder lines = new();
    private readonly List<(Regex Pattern, TaskCompletionSource<Match> Found)> waiting = [];

    private ChildProgram(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.Exited += (_, _) => GiveUpWaiting();
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Everything it has said so far, both streams, in the order of arrival.</summary>
    public string Said
    {
        get
        {
            lock (lines)
                return lines.ToString();
        }
    }

    public static ChildProgram Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null) =>
        new(StartInfo(program, arguments, environment, folder));

    /// <summary>Runs a program to its end. Its standard input is what is given, else empty.</summary>
    public static async Task<ProgramResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? folder = null,
        string input = "",
        CancellationToken cancellationToken = default)
    {
        using var process = Process.Start(StartInfo(program, arguments, environment, folder))!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await WriteInputAsync(process, input);
            await process.WaitForExitAsync(patience.Token);
            return new ProgramResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Patience}");
        }
    }

    /// <summary>The first line, said already or still to come, that matches. Fails at once when the program ends without it.</summary>
    public async Task<Match> WaitForLineAsync(Regex pattern, CancellationToken cancellationToken)
    {
        var found = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (lines)
        {
            if (pattern.Match(lines.ToString()) is { Success: true } match)
                return match;
            waiting.Add((pattern, found));
        }

        if (process.HasExited)
            GiveUpWaiting();
        return await found.Task.WaitAsync(Patience, cancellationToken);
    }

    /// <summary>Asks it to end as an operator's service manager would, and waits.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken = default)
    {
        if (!process.HasExited)
            await RunAsync("kill", ["-TERM", $"{Id}"], cancellationToken: cancellationToken);
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Ends it without a chance to clean up.</summary>
    /// <param name="withChildren">Also the programs that it has started, as when a machine goes down.</param>
    public async Task KillAsync(bool withChildren = false, CancellationToken cancellationToken = default)
    {
        process.Kill(withChildren);
        await process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static ProcessStartInfo StartInfo(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, string? folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return start;
    }

    private static async Task WriteInputAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit status tells the rest.
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (lines)
        {
            lines.AppendLine(line);
            foreach (var (pattern, found) in waiting)
            {
                if (pattern.Match(line) is { Success: true } match)
                    found.TrySetResult(match);
            }
        }
    }

    private void GiveUpWaiting()
    {
        lock (lines)
        {
            foreach (var (pattern, found) in waiting)
                found.TrySetException(new InvalidOperationException($"The program ended with status {process.ExitCode} and never said {pattern}:\n{lines}"));
        }
    }
}
