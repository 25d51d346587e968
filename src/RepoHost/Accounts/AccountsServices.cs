using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Accounts;

internal static class AccountsServices
{
    /// <summary>Needs <see cref="DataServices.AddData"/>.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptions<AccountsOptions>()
            .BindConfiguration("Accounts")
            .Validate(o => o.TokenDays is >= 1 and <= 3650, "Accounts:TokenDays must be 1 to 3650.")
            .Validate(o => o.SessionDays is >= 1 and <= 365, "Accounts:SessionDays must be 1 to 365.")
            .Validate(
                o => o.Join.ToLowerInvariant() is AccountsOptions.Everyone or AccountsOptions.Nobody,
                "Accounts:Join must be 'everyone' or 'nobody'; to let in some mail domains, set it to 'everyone' and name them in Accounts:JoinDomains.")
            .Validate(o => JoinRules.AreDomains(o.JoinDomains), "Accounts:JoinDomains must be mail domains such as 'example.org, example.com'.")
            .Validate(o => o.AttemptsPerAddress is >= 1 and <= 1_000_000, "Accounts:AttemptsPerAddress must be 1 to 1000000.")
            .Validate(o => o.LoginDays is >= 2 and <= 365, "Accounts:LoginDays must be 2 to 365.")
            .Validate(o => o.LoginRenewDays >= o.LoginDays && o.LoginRenewDays <= 3650, "Accounts:LoginRenewDays must be Accounts:LoginDays to 3650.")
            .ValidateOnStart();

        // A singleton, because UserAccounts is one; Identity leaves it so.
        services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
        services.AddSingleton<ILookupNormalizer, UpperInvariantLookupNormalizer>();
        services.AddScoped<IUserConfirmation<User>, Enabled>();
        services.AddIdentityCore<User>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.SignIn.RequireConfirmedAccount = true;
                options.Password.RequiredLength = UserAccounts.MinPasswordLength;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
            })
            .AddEntityFrameworkStores<RepoHostDb>()
            .AddSignInManager();

        services.AddSingleton(provider => new SigningKeys(
            Path.GetFullPath(provider.GetRequiredService<IOptions<RepoHostOptions>>().Value.DataDirectory),
            provider.GetRequiredService<ILogger<SigningKeys>>()));
        services.TryAddSingleton<IStandingChanges, StampedChanges>();
        services.AddSingleton<UserAccounts>();
        services.AddSingleton<JoinRules>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<ClientAttempts>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<ExternalLogins>();
        services.AddSingleton<MailedLinks>();
        services.AddSingleton<FirstAdministrator>();
        services.AddSingleton<PeopleList>();
        services.AddSingleton<Organizations>();
        services.AddSingleton<Profiles>();
        services.AddSingleton<OrganizationSettings>();
        services.AddSingleton<OrganizationRemoval>();
        services.AddSingleton<InvitationMailLimit>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<ServiceAccounts>();
        services.AddStorageLimits();
        services.AddSingleton<RepositoryCatalog>();
        services.TryAddSingleton<IRepositoryIndex, NoRepositoryIndex>();
        services.AddOptions<ListOptions>().BindConfiguration(ListOptions.Section).Validate(o => o.AtOnce is >= 0 and <= 1000, "Lists:AtOnce must be 0 to 1000.").ValidateOnStart();
        services.AddSingleton<ListTurns>();
        services.AddSingleton<RepositoryLists>();
        services.AddSingleton<OwnedRepositories>();
        services.AddSingleton<TagsInUse>();
        services.AddSingleton<RepositoryRoles>();
        services.AddSingleton<CallerStanding>();
        services.AddSingleton<CommitAuthors>();
        services.AddSingleton<RepositoryIntake>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<TokenEntities>();
        services.AddSingleton<DeviceLogins>();
        services.AddSingleton<LoginTokens>();
        services.AddSingleton<CallerAuthentication>();
        services.AddSingleton<SignedLinks>();
        services.AddSingleton<LinkAuthentication>();
        services.AddSingleton<TokenUses>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenUses>());
        services.AddHostedService<SigningKeysStartup>();
        services.AddTokenAuthentication();
        services.AddSessionAuthentication();
        services.AddExternalAuthentication();
        return services;
    }

    /// <summary>What Identity asks before it signs somebody in: here, that it is a person's account and not disabled.</summary>
    private sealed class Enabled : IUserConfirmation<User>
    {
        public Task<bool> IsConfirmedAsync(UserManager<User> manager, User user) => Task.FromResult(user is { Disabled: false, IsService: false });
    }

    /// <summary>Opens the keys before the first request, so that a bad one stops the start instead of refusing every token.</summary>
    private sealed class SigningKeysStartup(SigningKeys keys) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = keys.Newest;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
