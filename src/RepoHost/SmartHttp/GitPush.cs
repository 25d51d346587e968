using GateMiddleware.Rejection;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.SmartHttp;

/// <summary>
/// Push. The pack goes through <c>git index-pack</c> into a quarantine, the rules look at it there, and <c>git update-ref</c> moves the refs: what
/// <c>git receive-pack</c> does with a hook in between, without a hook (docs/decisions/0003-pushes.md).
/// </summary>
internal sealed partial class GitPush(
    GitSessions sessions, GitRepositories repositories, RepositoryWrites writes, RefLimits refLimits, IOptions<PushOptions> options, ILogger<GitPush> logger)
{
    private const string TooLargeObject = "The pack holds an object that is too large to be looked at. Keep large files in Git LFS.";

    private static readonly TimeSpan KeepAliveAfter = TimeSpan.FromSeconds(5);

    /// <summary><c>POST git-receive-pack</c>.</summary>
    public async Task ReceivePackAsync(HttpContext context)
    {
        if (GitRequestBody.Open(context.Request, GitEndpoints.ReceivePack) is not { } body)
        {
            await RefuseAsync(context, GitRequestBody.WrongType);
            return;
        }

        await using (body)
        {
            try
            {
                TransferLimits.Apply(context);
                if (!await sessions.TryRunAsync(GitSessionKind.Write, TransferLimits.Key(context), ct => ReceiveAsync(context, body, ct), context.RequestAborted))
                    await RefuseAsync(context, HubErrors.Busy);
            }
            catch (InvalidDataException e) when (!context.Response.HasStarted)
            {
                // Also the decompressor's word for what is no gzip.
                await RefuseAsync(context, HubErrors.BadRequest(e.Message));
            }
            catch (TimeoutException)
            {
                Log.TookTooLong(logger, context.Repository().Record.Id);
                if (context.Response.HasStarted)
                    context.Abort();
                else
                    await RefuseAsync(context, HubErrors.TookTooLong);
            }
        }
    }

    /// <summary>1 the commands. 2 the pack, into quarantine. 3 rules and refs. 4 the report.</summary>
    private async Task ReceiveAsync(HttpContext context, Stream body, CancellationToken cancellationToken)
    {
        // 1
        var request = await PushRequest.ReadAsync(body, cancellationToken);
        context.Response.ContentType = $"application/x-{GitEndpoints.ReceivePack}-result";
        context.Response.Headers.CacheControl = "no-cache";
        if (request.Updates.Count == 0)
            return;

        // 2, 3
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = ApplyAsync(context, request, body, received, cancellationToken);
        try
        {
            await KeepAliveAsync(context, request, work, received.Task, cancellationToken);
        }
        finally
        {
            // The body and the place among the sessions are its, however this ends.
            await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // 4
        var (repositoryId, userId) = (context.Repository().Record.Id, context.Caller().UserId!);
        var (unpackFault, outcome) = await work;
        if (outcome.Result == WriteResult.Done)
            Log.Pushed(logger, repositoryId, userId, request.Updates.Count);
        await context.Response.Body.WriteAsync(PushReport.Write(request, unpackFault, outcome), cancellationToken);
    }

    /// <summary>From the moment the pack has come, until the work is done.</summary>
    private static async Task KeepAliveAsync(HttpContext context, PushRequest request, Task work, Task received, CancellationToken cancellationToken)
    {
        await Task.WhenAny(work, received);
        while (request.SideBand && await Task.WhenAny(work, Task.Delay(KeepAliveAfter, cancellationToken)) != work && !cancellationToken.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(PushReport.KeepAlive, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }
    }

    private async Task<(string? UnpackFault, WriteOutcome Outcome)> ApplyAsync(
        HttpContext context, PushRequest request, Stream body, TaskCompletionSource received, CancellationToken cancellationToken)
    {
        var (repository, caller) = (context.Repository(), context.Caller());
        // Known before the pack has come.
        if (refLimits.FaultOf(repository.Git, request.Updates) is { } tooMany)
            return (null, WriteOutcome.Refused(new WriteFault(null, tooMany)));
        using var quarantine = repositories.OpenQuarantine(repository.Record.Id);
        try
        {
            if (request.HasPack && await UnpackAsync(context, quarantine, body, received, cancellationToken) is { } fault)
                return (fault, WriteOutcome.Refused());
            received.TrySetResult();
            var order = new WriteOrder(repository.Record.Id, caller, request.Updates, request.HasPack ? quarantine : null);
            return (null, await writes.ApplyAsync(order, cancellationToken));
        }
        catch (RepositoryBusyException e)
        {
            return (null, WriteOutcome.Refused(new WriteFault(null, e.Message)));
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            Log.DiskFull(logger, repository.Record.Id);
            return (DiskFull.Sentence, WriteOutcome.Refused());
        }
        finally
        {
            received.TrySetResult();
        }
    }

    /// <summary>Null when the pack is in quarantine, whole and checked; otherwise what was wrong with it.</summary>
    private async Task<string?> UnpackAsync(HttpContext context, Quarantine quarantine, Stream body, TaskCompletionSource received, CancellationToken cancellationToken)
    {
        var thin = ThinPacks.MayBeSent(context);
        var start = GitProgram.Describe(quarantine.Folder, ["index-pack", "--stdin", "--strict", .. thin ? ["--fix-thin"] : Array.Empty<string>()]);
        PushedData.Limit(start);
        var (tooLarge, scan) = (false, new PackScan(options.Value.UnpackedBytes));
        try
        {
            await GitProgram.RunAsync(
                start,
                async (input, ct) =>
                {
                    tooLarge = !await GitRequestBody.CopyAsync(new ScannedPack(body, scan), input, options.Value.LargestPackBytes, ct);
                    received.TrySetResult();
                },
                null,
                cancellationToken);
            return null;
        }
        catch (InvalidDataException) when (scan.Fault != PackFault.None)
        {
            return scan.Fault switch
            {
                PackFault.ObjectTooLarge => TooLargeObject,
                PackFault.TooMuch => $"The pack unpacks to more than {ByteCount.Of(options.Value.UnpackedBytes)} and {PackScan.Ratio} times its own size. Push the history in parts, or keep large files in Git LFS.",
                _ => "The pack can't be read: what came is not what git sends.",
            };
        }
        catch (GitProgramException) when (tooLarge)
        {
            return $"The pack is larger than the {ByteCount.Of(options.Value.LargestPackBytes)} that one push may bring. Push the history in parts, or keep large files in Git LFS.";
        }
        catch (GitProgramException e) when (PushedData.IsOverLimit(e.Complaint))
        {
            return TooLargeObject;
        }
        catch (GitProgramException e) when (!thin && ThinPacks.IsThin(e.Complaint))
        {
            return ThinPacks.Sentence;
        }
        catch (GitProgramException e)
        {
            return $"The pack was refused:\n{e.Complaint}";
        }
    }

    private static Task RefuseAsync(HttpContext context, Refusal refusal) => RefusalWriter.WriteAsync(context, refusal, RefusalFormat.Text);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Person {UserId} pushed {Count} refs to repository {RepositoryId}")]
        public static partial void Pushed(ILogger logger, string repositoryId, string userId, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "The disk is full; a push to repository {RepositoryId} was refused")]
        public static partial void DiskFull(ILogger logger, string repositoryId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A push to repository {RepositoryId} took longer than GitHttp:SessionMinutes and was ended")]
        public static partial void TookTooLong(ILogger logger, string repositoryId);
    }
}
