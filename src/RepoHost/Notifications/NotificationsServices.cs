using Microsoft.Extensions.Options;

namespace RepoHost.Notifications;

internal static class NotificationsServices
{
    /// <summary>Mails become files, or go to a mail server when <c>Mail:Smtp:Host</c> is set.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddOptions<MailOptions>().BindConfiguration(MailOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsValidator>();
        services.AddSingleton<SmtpTransport>();
        services.AddSingleton<PickupFolder>();
        services.AddSingleton<IMailTransport>(provider => string.IsNullOrEmpty(provider.GetRequiredService<IOptions<MailOptions>>().Value.Smtp.Host)
            ? provider.GetRequiredService<PickupFolder>()
            : provider.GetRequiredService<SmtpTransport>());
        services.AddSingleton<MailReach>();
        services.AddHostedService<MailAtStart>();
        services.AddSingleton<MailMessages>();
        services.AddSingleton<MailOutbox>();
        services.AddSingleton<AccountMails>();
        services.AddSingleton<InvitationMails>();
        services.AddSingleton<RequestRecipients>();
        services.AddSingleton<RequestNotices>();
        services.AddSingleton<UnsubscribeLinks>();
        services.AddSingleton<MailSwitches>();
        services.AddSingleton<RequestsLetter>();
        services.AddSingleton<DecisionLetter>();
        services.AddSingleton<MailWriter>();
        services.AddSingleton<MailDelivery>();
        services.AddHostedService<OutboxWorker>();
        return services;
    }
}
