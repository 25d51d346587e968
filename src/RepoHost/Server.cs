using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using GateMiddleware;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Hub;
using RepoHost.Lfs;
using RepoHost.Notifications;
using RepoHost.Pages;
using RepoHost.SmartHttp;
using RepoHost.Storage;

namespace RepoHost;

/// <summary>What every start of the program needs, server and command alike: the rooms, lowest first, and where in the data directory each keeps its things.</summary>
internal static class Server
{
    public static void AddRooms(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);

        services.AddOptions<RepoHostOptions>().BindConfiguration(RepoHostOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RepoHostOptions>, RepoHostOptionsValidator>();
        services.AddSingleton<PublicUrl>();
        services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        services.AddSingleton<TrustedProxies>();

        services.AddData();
        services.AddOptions<StorageOptions>().Configure<IOptions<RepoHostOptions>>((o, host) => o.RootFolder = Folder(host, "lfs"));
        services.AddStorage();
        services.AddOptions<GitOptions>().BindConfiguration("Git").Configure<IOptions<RepoHostOptions>>((o, host) =>
        {
            o.RootFolder = Folder(host, "repositories");
            o.SpillFolder = Folder(host, "spill");
            o.SpoolFolder = Folder(host, "incoming");
        });
        services.AddGit();
        services.AddLfs();
        services.AddAccounts();
        services.AddGating(builder.Configuration);
        services.AddNotifications();
        services.AddSmartHttp();
        services.AddPages();
        services.AddSingleton<MatcherPolicy, RequiredQueryPolicy>();
        services.Configure<RouteOptions>(o => o.SetParameterPolicy<PullRequestRevision>(PullRequestRevision.Name));
        services.Configure<RouteOptions>(o => o.SetParameterPolicy<DiffOfCommit>(DiffOfCommit.Name));
        services.AddSingleton<Downloads>();
        services.AddSingleton<LfsAddresses>();
        services.AddSingleton<FileListTurns>();
        services.AddSingleton<RepositoryDetailReader>();
        services.AddSingleton<LfsBatch>();
        services.AddSingleton<CommitBodies>();
        services.AddSingleton<CardCheckTurns>();
        services.AddSingleton<PatternTurns>();
        services.AddSingleton<RefListTurns>();
        services.AddSingleton<PreuploadFiles>();
        services.Configure<FormOptions>(o =>
        {
            o.ValueCountLimit = 4096;
            // The Hub names the fields of a gate's form by their labels, and a label may have 10,000 characters of several bytes.
            o.KeyLengthLimit = 64 * 1024;
        });
        services.AddAntiforgery();
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<RepoHostOptions>>((o, host) =>
        {
            o.Cookie.Name = SiteCookies.Antiforgery;
            SiteCookies.Protect(o.Cookie, host.Value);
            o.FormFieldName = "csrf";
            o.HeaderName = "X-CSRF-Token";
        });
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            o.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            o.SerializerOptions.Converters.Add(new HubTime());
        });
    }

    /// <summary>The pipeline, in the order in which a request passes it.</summary>
    public static void UsePipeline(WebApplication app)
    {
        // The framework would put its own authentication first, for a default scheme that is never used: who calls is found out by CallerAuthentication.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;

        if (app.Services.GetRequiredService<TrustedProxies>() is { Any: true } proxies)
            app.UseForwardedHeaders(proxies.Describe());

        // Behind a proxy that ends TLS a request looks like plain HTTP; cookies and the external issuer's answer want to know how clients see it.
        if (PublicUrl.IsHttps(app.Services.GetRequiredService<IOptions<RepoHostOptions>>().Value.PublicUrl))
        {
            app.Use((context, next) =>
            {
                context.Request.Scheme = Uri.UriSchemeHttps;
                return next(context);
            });
        }

        if (PublicUrl.PathBaseOf(app.Services.GetRequiredService<IOptions<RepoHostOptions>>().Value.PublicUrl) is { HasValue: true } pathBase)
            app.UsePathBase(pathBase);
        app.UseMiddleware<ErrorMiddleware>();
        app.UseMiddleware<DownloadMatcher>();
        app.UsePageAssets();
        app.UseMiddleware<HubHeadersMiddleware>();
        app.UseRouting();
        app.Use(LowPriority.InvokeAsync);
        app.UseMiddleware<RepositoryAccessMiddleware>();
        app.UseGate();
        app.MapHub();
        app.MapGit();
        app.MapPages();
    }

    private static string Folder(IOptions<RepoHostOptions> host, string name) => Path.Combine(Path.GetFullPath(host.Value.DataDirectory), name);
}
