using System.Collections.Concurrent;
using MimeKit;
using RepoHost.Notifications;

namespace RepoHost.Tests.Notifications;

/// <summary>A mail server at the border, which keeps what it took and answers as the test says.</summary>
internal sealed class ScriptedTransport(Func<MimeMessage, Task<MailFailure?>> answer) : IMailTransport
{
    /// <summary>What it took, by message id and recipient, in order.</summary>
    public ConcurrentQueue<(string Id, string To)> Taken { get; } = new();

    public ConcurrentQueue<string> Asked { get; } = new();

    public string Description => "a script";

    public IMailSession Start() => new Session(this);

    private sealed class Session(ScriptedTransport server) : IMailSession
    {
        public async Task<MailFailure?> SendAsync(MimeMessage message, CancellationToken cancellationToken)
        {
            var to = message.To.Mailboxes.Single().Address;
            server.Asked.Enqueue(to);
            return await server.AnswerAsync(message, to);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private async Task<MailFailure?> AnswerAsync(MimeMessage message, string to)
    {
        var failure = await answer(message);
        if (failure is null)
            Taken.Enqueue((message.MessageId!, to));
        return failure;
    }
}
