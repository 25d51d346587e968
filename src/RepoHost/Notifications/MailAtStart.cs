namespace RepoHost.Notifications;

/// <summary>Tells the operator at every start when nobody will get a mail.</summary>
internal sealed partial class MailAtStart(MailReach reach, IHostEnvironment environment, ILogger<MailAtStart> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // In Development everybody sits at this machine.
        if (!reach.SendsMail && !environment.IsDevelopment())
            Log.NoMail(logger);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "No mail server is set (Mail:Smtp:Host): mails become files in the data directory, and nobody gets them. New people can't confirm their address by themselves, and forgotten passwords need an administrator (/admin). Where another program sends the files on, set Mail:PickedUp.")]
        public static partial void NoMail(ILogger logger);
    }
}
