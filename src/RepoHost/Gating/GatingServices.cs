using GateMiddleware;
using GateMiddleware.Decisions;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Git;
using RepoHost.Gating.Commits;
using RepoHost.Gating.Persons;
using RepoHost.Gating.Regions;

namespace RepoHost.Gating;

internal static class GatingServices
{
    /// <summary>The gate, fed from our database; decisions are cached in the process, or in Redis when <c>ConnectionStrings:Redis</c> is set.</summary>
    public static IServiceCollection AddGating(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GatingOptions>().BindConfiguration(GatingOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatingOptions>, GatingOptionsValidator>();
        services.AddOptions<PushOptions>()
            .BindConfiguration(PushOptions.Section)
            .Validate(o => o.LargestFileBytes is >= 1024 and <= 100_000_000, "Pushes:LargestFileBytes must be 1024 to 100000000.")
            .Validate(o => o.LargestPackBytes >= o.LargestFileBytes, "Pushes:LargestPackBytes must not be smaller than Pushes:LargestFileBytes.")
            .Validate(o => o.UnpackedBytes >= o.LargestFileBytes, "Pushes:UnpackedBytes must not be smaller than Pushes:LargestFileBytes.")
            .Validate(o => o.DeepestPath is >= 10 and <= 2000, "Pushes:DeepestPath must be 10 to 2000.")
            .Validate(o => o.NewRefs is >= 1 and <= 10_000, "Pushes:NewRefs must be 1 to 10000.")
            .Validate(o => o.MostRefs is >= 1 and <= 200_000, "Pushes:MostRefs must be 1 to 200000.")
            .ValidateOnStart();
        services.AddOptions<UploadOptions>()
            .BindConfiguration(UploadOptions.Section)
            .Validate(o => o.InlineBytes >= 0, "Uploads:InlineBytes must not be negative.")
            .Validate(o => o.LargestCommitBytes >= 1_000_000, "Uploads:LargestCommitBytes must be at least 1000000.")
            .Validate(o => o.PatternSteps is >= 1_000_000 and <= 2_000_000_000, "Uploads:PatternSteps must be 1000000 to 2000000000.")
            .Validate(o => o.MostOperations is >= 1 and <= 1_000_000, "Uploads:MostOperations must be 1 to 1000000.")
            .ValidateOnStart();
        services.AddOptions<GeoOptions>().BindConfiguration(GeoOptions.Section);
        services.AddOptions<GateOptions>().Configure<IOptions<GatingOptions>>((gate, gating) => gate.Lease = TimeSpan.FromSeconds(gating.Value.LeaseSeconds));

        services.AddSingleton<CountryFile>();
        services.AddSingleton<VisitorPlaces>();
        services.AddHostedService<RegionsAtStart>();
        services.AddSingleton<AddressMethods>();
        services.AddSingleton<GatedRepositories>();
        services.AddSingleton<MissingRights>();
        services.AddSingleton<TokenNamespaces>();
        services.AddSingleton<CardReader>();
        services.AddSingleton<ModelContentsReader>();
        services.AddSingleton<CardPolicies>();
        services.AddSingleton<StaleEntries>();
        services.AddSingleton<RepositoryIndexer>();
        services.Replace(ServiceDescriptor.Singleton<IRepositoryIndex>(provider => provider.GetRequiredService<RepositoryIndexer>()));
        services.AddSingleton<CatalogSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<CatalogSweep>());
        services.AddSingleton<PushedObjects>();
        services.AddSingleton<RefLimits>();
        services.AddSingleton<PushedCard>();
        services.AddSingleton<WriterGate>();
        services.AddSingleton<PublicNames>();
        services.AddSingleton<WriteRights>();
        services.AddSingleton<WriteStorage>();
        services.AddSingleton<RepositoryWrites>();
        services.AddSingleton<RefChanges>();
        services.AddSingleton<FirstFiles>();
        services.AddSingleton<RepositoryCreation>();
        services.AddSingleton<RepositoryDuplication>();
        services.AddSingleton<CopyRights>();
        services.AddSingleton<RepositoryRemoval>();
        services.AddSingleton<LfsRemoval>();
        services.AddSingleton<PersonRemoval>();
        services.AddSingleton<PersonExport>();
        services.AddSingleton<RepositoryAdmission>();
        services.AddSingleton<OrganizationAdmission>();
        services.AddSingleton<PullRequests>();
        services.AddSingleton<UploadRules>();
        services.AddSingleton<CommitStorage>();
        services.AddSingleton<LfsRoom>();
        services.AddSingleton<RepositoryCommits>();
        services.AddSingleton<CardGateRemoval>();
        services.AddSingleton<DecisionChanges>();
        services.AddSingleton<IStandingChanges>(provider => provider.GetRequiredService<DecisionChanges>());
        services.AddSingleton<AccessMails>();
        services.AddSingleton<ConfirmedAddresses>();
        services.AddSingleton<AccessRequests>();
        services.AddSingleton<AccessRequestList>();
        services.AddSingleton<AccessHistory>();
        services.AddSingleton<AccessCandidates>();
        services.AddSingleton<MyAccessRequests>();
        services.AddSingleton<AskingForAccess>();
        services.AddSingleton<WaitingReviews>();
        services.AddSingleton<GateSettings>();
        services.AddSingleton<RepositoryMoves>();
        services.AddSingleton<IDecisionEpoch, StampEpoch>();

        var gate = services.AddGate().UseRepositories<GatedRepositories>().UsePersons<GatePersons>().UseRegions<VisitorPlaces>().UseDecisions<AccessDecisions>();
        if (configuration.GetConnectionString("Redis") is { Length: > 0 } redis)
            gate.UseRedis(redis);

        // Both hold no state of a request; as singletons they need no scope on the way of a download.
        services.Replace(ServiceDescriptor.Singleton<IGatedRepositorySource>(provider => provider.GetRequiredService<GatedRepositories>()));
        services.Replace(ServiceDescriptor.Singleton<IAccessDecisionSource, AccessDecisions>());
        return services;
    }
}
