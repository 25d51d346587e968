using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Data;
using RepoHost.Notifications;
using RepoHost.Tests.Accounts;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>What other rooms and pages call for mails about accounts.</summary>
public sealed class MailOutboxTests : IAsyncLifetime
{
    private Rooms rooms = null!;
    private MailOutbox outbox = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        outbox = new MailOutbox(rooms.Databases, rooms.Services.GetRequiredService<OutboxBell>(), rooms.Time);
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task An_event_makes_one_mail_however_often_it_is_told()
    {
        Assert.True(await outbox.EnqueueAsync("ada@mail.example", "Reset", "Text", null, "reset:1", Cancel));
        Assert.False(await outbox.EnqueueAsync("ada@mail.example", "Reset", "Text", null, "reset:1", Cancel));
        Assert.True(await outbox.EnqueueAsync("ada@mail.example", "Reset", "Text", null, "reset:2", Cancel));
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        Assert.Equal(2, await db.OutboxMails.CountAsync(m => m.State == MailState.Waiting, Cancel));
    }

    [Fact]
    public async Task Two_processes_with_the_same_event_make_one_mail()
    {
        await using var second = rooms.OpenAgain();
        var other = new MailOutbox(second.Databases, second.Services.GetRequiredService<OutboxBell>(), second.Time);
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => (i % 2 == 0 ? outbox : other).EnqueueAsync("ada@mail.example", "Reset", "Text", null, "reset:1", Cancel), Cancel)));
        Assert.Single(taken, t => t);
    }

    [Fact]
    public async Task A_mail_of_a_transaction_that_is_not_committed_was_never_there()
    {
        await using (var db = await rooms.Databases.CreateDbContextAsync(Cancel))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            Assert.True(await outbox.EnqueueAsync(db, new AccountMail("ada@mail.example", "Reset", "Text", "reset:1"), Cancel));
            await db.SaveChangesAsync(Cancel);
        }

        await using var look = await rooms.Databases.CreateDbContextAsync(Cancel);
        Assert.Empty(await look.OutboxMails.ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_mail_is_taken_only_for_a_mail_address()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => outbox.EnqueueAsync("ada", "Reset", "Text", null, "reset:1", Cancel));
        Assert.DoesNotContain("secret", $"{new AccountMail("ada@mail.example", "Reset", "secret", "reset:1")}", StringComparison.Ordinal);
    }
}
