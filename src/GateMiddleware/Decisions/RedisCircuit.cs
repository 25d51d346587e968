using Microsoft.Extensions.Logging;

namespace GateMiddleware.Decisions;

/// <summary>
/// Keeps requests away from a Redis that is down: the first failure opens the circuit, a task in the background looks when Redis is
/// back, and no request pays for finding out.
/// </summary>
internal sealed partial class RedisCircuit(Func<CancellationToken, Task<bool>> probe, TimeSpan interval, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _changing = new();
    private volatile bool _closed;
    private TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _probing = Task.CompletedTask;

    /// <summary>True while Redis may be asked.</summary>
    public bool IsClosed => _closed;

    /// <summary>Ends when Redis may be asked.</summary>
    public Task WaitUntilClosedAsync(CancellationToken cancellationToken)
    {
        lock (_changing) return _closing.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Opens the circuit and starts looking, unless that is under way.</summary>
    public void Open(Exception? reason)
    {
        lock (_changing)
        {
            if (_stopping.IsCancellationRequested || !_probing.IsCompleted) return;
            if (_closed && reason is not null) Log.Opened(logger, reason);
            _closed = false;
            if (_closing.Task.IsCompleted) _closing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _probing = Task.Run(ProbeAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _probing;
        _stopping.Dispose();
    }

    private async Task ProbeAsync()
    {
        try
        {
            while (!await AnswersAsync()) await Task.Delay(interval, time, _stopping.Token);
            lock (_changing)
            {
                _closed = true;
                _probing = Task.CompletedTask;
                _closing.TrySetResult();
            }

            Log.Closed(logger);
        }
        catch (OperationCanceledException)
        {
            // The cache is being disposed of.
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await probe(_stopping.Token);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            Log.StillDown(logger, exception);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(31, LogLevel.Warning, "Redis does not answer; access decisions come from the source until it does.")]
        public static partial void Opened(ILogger logger, Exception exception);

        [LoggerMessage(32, LogLevel.Information, "Redis answers; access decisions are cached there.")]
        public static partial void Closed(ILogger logger);

        [LoggerMessage(33, LogLevel.Debug, "Redis still does not answer.")]
        public static partial void StillDown(ILogger logger, Exception exception);
    }
}
