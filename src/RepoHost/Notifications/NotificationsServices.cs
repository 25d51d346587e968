namespace RepoHost.Notifications;

internal static class NotificationsServices
{
    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton<MailOutbox>();
        return services;
    }
}
