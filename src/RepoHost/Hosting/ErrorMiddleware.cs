using System.Data.Common;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Connections;

namespace RepoHost.Hosting;

/// <summary>The last line: an exception becomes a 500 with a request id and a log entry with the cause; the connection's neighbours notice nothing.</summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (e is ConnectionResetException || (e is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // The client has left; there is nobody to tell.
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(context, new Refusal(e.StatusCode, null, e.Message, null));
        }
        catch (TimeoutException e)
        {
            // Somebody else holds what this request needs.
            Log.Busy(logger, context.TraceIdentifier, e.Message);
            await AnswerAsync(context, new Refusal(StatusCodes.Status503ServiceUnavailable, null, e.Message, null), retryAfter: "1");
        }
        catch (InvalidDataException e) when (context.Request.HasFormContentType)
        {
            // The framework's word for a form over its limits, or one that breaks off.
            await AnswerAsync(context, HubErrors.BadRequest($"The form can't be read: {e.Message}"));
        }
        catch (Exception e) when (DiskFull.IsCauseOf(e))
        {
            Log.DiskFull(logger, context.TraceIdentifier, e);
            await AnswerAsync(context, HubErrors.DiskFull);
        }
        catch (Exception e) when (e is DbException || e.InnerException is DbException)
        {
            // Whether somebody may read can't be told: nothing is served on doubt, and trying again may help.
            Log.NoDatabase(logger, context.TraceIdentifier, e);
            await AnswerAsync(context, Refusals.Unavailable);
        }
#pragma warning disable CA1031 // Whatever it was, the client gets an answer and the operator gets the cause.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(logger, context.TraceIdentifier, context.Request.Method, SecretInAddress.PathForLog(context), e);
            await AnswerAsync(context, HubErrors.Internal(context.TraceIdentifier));
        }
    }

    private static async Task AnswerAsync(HttpContext context, Refusal refusal, string? retryAfter = null)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer has gone out. Cutting the connection is the only way to say that the rest is missing.
            context.Abort();
            return;
        }

        context.Response.Clear();
        HubHeadersMiddleware.Apply(context, context.TraceIdentifier);
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        await RefusalWriter.WriteAsync(context, refusal, context.GetEndpoint()?.Metadata.GetMetadata<ErrorFormat>()?.Format ?? RefusalFormat.Json);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} waited too long; answered 503: {Reason}")]
        public static partial void Busy(ILogger logger, string requestId, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} could not ask the database; answered 503")]
        public static partial void NoDatabase(ILogger logger, string requestId, Exception cause);

        [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} found the disk full; answered 507")]
        public static partial void DiskFull(ILogger logger, string requestId, Exception cause);

        [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} failed: {Method} {Path}")]
        public static partial void Failed(ILogger logger, string requestId, string method, string path, Exception cause);
    }
}
