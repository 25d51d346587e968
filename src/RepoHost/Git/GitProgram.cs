using System.Diagnostics;
using RepoHost.Hosting;

namespace RepoHost.Git;

/// <summary>
/// Starts the <c>git</c> program on a bare repository: no shell, an environment that holds nothing of the server's or the operator's (settings,
/// hooks, replaced objects, helpers), arguments one by one.
/// </summary>
internal static class GitProgram
{
    private const string FolderOption = "--git-dir=";

    private static readonly string Nothing = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";

    public static ProcessStartInfo Describe(string? gitFolder, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["LC_ALL"] = "C";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = Nothing;
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        start.Environment["GIT_ATTR_NOSYSTEM"] = "1";
        foreach (var setting in (ReadOnlySpan<string>)["safe.directory=*", $"core.hooksPath={Nothing}", "gc.auto=0", "maintenance.auto=false"])
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }

        if (gitFolder is not null)
            start.ArgumentList.Add(FolderOption + gitFolder);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>
    /// Runs to the end. <paramref name="feed"/> writes standard input, <paramref name="drain"/> reads standard output; both run at once. What git
    /// says in failing is in the exception.
    /// </summary>
    public static async Task RunAsync(
        ProcessStartInfo start, Func<Stream, CancellationToken, Task>? feed, Func<Stream, CancellationToken, Task>? drain, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start) ?? throw new InvalidOperationException("git could not be started.");
        LowPriorityScheduler.Lower(process);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Reads of a pipe can't be called off; they end with the process.
        await using var killed = cancellationToken.Register(() => Kill(process));
        var complaint = ReadComplaintAsync(process.StandardError.BaseStream, stop.Token);
        var output = DrainAsync(process, drain ?? DiscardAsync, stop.Token);
        try
        {
            var feedFault = await FeedAsync(process, feed, stop.Token);
            await output;
            var said = await complaint;
            await process.WaitForExitAsync(stop.Token);
            // Its status is then that of a process that was killed, and says nothing.
            cancellationToken.ThrowIfCancellationRequested();
            // Whatever was to be done, this is the reason that the person and the operator must hear of.
            if (process.ExitCode != 0 && (DiskFull.Read(said) ?? (FolderOf(start) is { } folder ? DiskFull.Ask(folder) : null)) is { } full)
                throw full;
            if (process.ExitCode != 0)
                throw new GitProgramException(process.ExitCode, said, feedFault);
            if (feedFault is not null)
                throw feedFault;
        }
        finally
        {
            await stop.CancelAsync();
            Kill(process);
            // Until it is really gone it may still write into a folder that the caller is about to delete.
            await process.WaitForExitAsync(CancellationToken.None);
            // Whoever drains must not go on with what is the caller's, a response say, once this has returned.
            await output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await complaint.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public static async Task<string> ReadAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        var text = "";
        await RunAsync(start, null, async (output, ct) => text = await new StreamReader(output).ReadToEndAsync(ct), cancellationToken);
        return text;
    }

    private static string? FolderOf(ProcessStartInfo start) =>
        start.ArgumentList.FirstOrDefault(argument => argument.StartsWith(FolderOption, StringComparison.Ordinal))?[FolderOption.Length..];

    /// <summary>Ends a process that may have ended by itself.</summary>
    public static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
        }
    }

    // A broken pipe means that git gave up first: its own words explain more than ours, so the fault is kept until the exit code is known.
    private static async Task<IOException?> FeedAsync(Process process, Func<Stream, CancellationToken, Task>? feed, CancellationToken cancellationToken)
    {
        IOException? fault = null;
        try
        {
            if (feed is not null)
                await feed(process.StandardInput.BaseStream, cancellationToken);
        }
        catch (IOException e)
        {
            fault = e;
        }

        try
        {
            // Not the writer around it, which can't be closed twice: whoever fed the stream may have closed it.
            await process.StandardInput.BaseStream.DisposeAsync();
        }
        catch (IOException e)
        {
            fault ??= e;
        }

        return fault;
    }

    // Who reads no further must not leave git waiting to write, and so whoever feeds it waiting to feed.
    private static async Task DrainAsync(Process process, Func<Stream, CancellationToken, Task> drain, CancellationToken cancellationToken)
    {
        try
        {
            await drain(process.StandardOutput.BaseStream, cancellationToken);
        }
        catch
        {
            Kill(process);
            throw;
        }
    }

    private static Task DiscardAsync(Stream output, CancellationToken cancellationToken) => output.CopyToAsync(Stream.Null, cancellationToken);

    private static async Task<string> ReadComplaintAsync(Stream error, CancellationToken cancellationToken)
    {
        const int Most = 4096;
        using var kept = new MemoryStream();
        var buffer = new byte[Most];
        for (int read; (read = await error.ReadAsync(buffer, cancellationToken)) > 0;)
            kept.Write(buffer, 0, (int)Math.Min(read, Most - kept.Length));
        return System.Text.Encoding.UTF8.GetString(kept.ToArray()).Trim();
    }
}
