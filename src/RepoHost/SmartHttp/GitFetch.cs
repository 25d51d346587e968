using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.SmartHttp;

/// <summary>
/// Fetch and clone: <c>git upload-pack</c> speaks the protocol, fed from the request and drained into the response (gitprotocol-http, gitprotocol-v2). When a
/// method here runs, the gate has been passed.
/// </summary>
internal sealed partial class GitFetch(GitSessions sessions, TransferSpool spool, TimeProvider time, ILogger<GitFetch> logger)
{
    /// <summary>Wants and haves of a fetch; a pack travels the other way.</summary>
    private const long LargestRequest = 16_000_000;

    /// <summary>Bytes per second. A client that reads more slowly while others wait for its place gets the rest from the spool.</summary>
    private const long PaceWhileOthersWait = 1_000_000;

    private static readonly Refusal NotTheProtocol = HubErrors.BadRequest("The request is not what git's protocol has here.");

    /// <summary><c>GET info/refs</c>: what is there, for either service.</summary>
    public async Task AdvertiseAsync(HttpContext context, string service)
    {
        var repository = context.Repository();
        var start = Describe(context, service.Replace("git-", "", StringComparison.Ordinal), repository.Git.Folder, "--advertise-refs");
        TransferLimits.Apply(context);
        Begin(context, $"application/x-{service}-advertisement");

        // The second version has no such line; it is spoken for fetches only.
        var bare = service == GitEndpoints.UploadPack && start.Environment.TryGetValue("GIT_PROTOCOL", out var version) && version == "version=2";
        var before = bare ? [] : PktLine.Text($"# service={service}\n", flush: true);
        await RunAsync(context, start, null, before, noThin: service == GitEndpoints.ReceivePack && !ThinPacks.MayBeSent(context));
    }

    /// <summary><c>POST git-upload-pack</c>.</summary>
    public async Task UploadPackAsync(HttpContext context)
    {
        if (GitRequestBody.Open(context.Request, GitEndpoints.UploadPack) is not { } body)
        {
            await RefusalWriter.WriteAsync(context, GitRequestBody.WrongType, RefusalFormat.Text);
            return;
        }

        TransferLimits.Apply(context);
        try
        {
            await using (body)
            {
                // Before it has a place among the sessions: a client that sends slowly must not keep one.
                await using var request = await spool.ReceiveAsync(TransferLimits.Key(context), body, LargestRequest, context.RequestAborted);
                if (request.IsCut)
                    throw new InvalidDataException($"A fetch request of more than {ByteCount.Of(LargestRequest)} is not answered.");
                Begin(context, $"application/x-{GitEndpoints.UploadPack}-result");
                await RunAsync(
                    context, Describe(context, "upload-pack", context.Repository().Git.Folder), async (input, cancellation) => await request.OpenRead().CopyToAsync(input, cancellation));
            }
        }
        catch (InvalidDataException e) when (!context.Response.HasStarted)
        {
            // Also the decompressor's word for what is no gzip.
            await RefuseAsync(context, HubErrors.BadRequest(e.Message));
        }
    }

    private static System.Diagnostics.ProcessStartInfo Describe(HttpContext context, string command, string folder, params string[] options)
    {
        // The second version of the protocol gives out any object by its id; the older ones only if they are told to.
        var start = GitProgram.Describe(null, ["-c", "uploadpack.allowAnySHA1InWant=true", command, "--stateless-rpc", .. options, folder]);

        // Free text in a child's environment is not wanted: only the versions that there are.
        if (context.Request.Headers["Git-Protocol"].ToString() is var version && version is "version=1" or "version=2")
            start.Environment["GIT_PROTOCOL"] = version;
        return start;
    }

    private static void Begin(HttpContext context, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache, max-age=0, must-revalidate";
        context.Response.Headers.Pragma = "no-cache";
        context.Response.Headers.Expires = "Fri, 01 Jan 1980 00:00:00 GMT";
    }

    private async Task RunAsync(HttpContext context, System.Diagnostics.ProcessStartInfo start, Func<Stream, CancellationToken, Task>? feed, byte[]? before = null, bool noThin = false)
    {
        var caller = TransferLimits.Key(context);
        using var pace = new TransferPace(PaceWhileOthersWait, () => sessions.OthersWait(GitSessionKind.Fetch, caller), time);
        await using var relay = new PackRelay(context.Response.BodyWriter, pace, () => spool.TryOpen(caller));
        try
        {
            async Task RelayAsync(Stream output, CancellationToken cancellation)
            {
                var head = before ?? [];
                if (noThin)
                    head = [.. head, .. await ThinPacks.AnnounceAsync(output, cancellation)];
                await relay.DrainAsync(head, output, cancellation);
            }

            if (!await sessions.TryRunAsync(GitSessionKind.Fetch, caller, ct => GitProgram.RunAsync(start, feed, RelayAsync, ct), context.RequestAborted))
                await RefuseAsync(context, HubErrors.Busy);
            else if (relay.HasMoved)
                await sessions.WithinTimeAsync(relay.FinishAsync, context.RequestAborted);
        }
        catch (SpoolFullException)
        {
            Log.TooSlow(logger, context.Repository().Record.Id);
            context.Abort();
        }
        catch (GitProgramException e) when (e.Complaint.Contains("upload-pack: not our ref", StringComparison.Ordinal))
        {
            // The client asked for what there is not, and was told in a packet, which ends the answer. No operator could repair that.
            if (relay.HasMoved)
                await sessions.WithinTimeAsync(relay.FinishAsync, context.RequestAborted);
        }
        catch (GitProgramException e) when (e.Complaint.Contains("upload-pack: protocol error", StringComparison.Ordinal))
        {
            await RefuseAsync(context, NotTheProtocol);
        }
        catch (GitProgramException e)
        {
            // What git had to say to the client went out as a packet of the protocol; the rest is for the operator.
            Log.Failed(logger, context.Repository().Record.Id, e.ExitCode, e.Complaint);
            await RefuseAsync(context, HubErrors.Internal(context.TraceIdentifier));
        }
        catch (OperationCanceledException)
        {
            // The client has left, and the process was ended with it.
            context.Abort();
        }
        catch (TimeoutException)
        {
            Log.TookTooLong(logger, context.Repository().Record.Id);
            await RefuseAsync(context, HubErrors.TookTooLong);
        }
    }

    /// <summary>Once something has gone out, only cutting the connection says that the rest is missing.</summary>
    private static Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            return RefusalWriter.WriteAsync(context, refusal, RefusalFormat.Text);
        }

        context.Abort();
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "git on repository {RepositoryId} ended with status {Status}: {Complaint}")]
        public static partial void Failed(ILogger logger, string repositoryId, int status, string complaint);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A fetch of repository {RepositoryId} took longer than GitHttp:SessionMinutes and was ended")]
        public static partial void TookTooLong(ILogger logger, string repositoryId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A fetch of repository {RepositoryId} was too slow while others waited, and there was no room for the rest of it; it was ended")]
        public static partial void TooSlow(ILogger logger, string repositoryId);
    }
}
