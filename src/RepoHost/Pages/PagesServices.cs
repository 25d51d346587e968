using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using RepoHost.Hosting;
using RepoHost.Pages.Account;
using RepoHost.Pages.Mails;
using RepoHost.Pages.Markup;
using RepoHost.Pages.Writing;

namespace RepoHost.Pages;

internal static class PagesServices
{
    /// <summary>Where the stylesheet, the script and the icons are.</summary>
    public const string AssetsPath = "/assets";

    /// <summary>Holds for the worker that hashes files: a worker goes by its own answer, not by the page's. It runs this site's code, WebAssembly included, and loads nothing.</summary>
    private const string WorkerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorPages(options =>
        {
            options.Conventions.Add(new PageAccessConvention());
            // Every form is checked before the page is reached, in RepositoryAccessMiddleware, together with those of routes that are no pages.
            options.Conventions.ConfigureFilter(new IgnoreAntiforgeryTokenAttribute());
            options.Conventions.ConfigureFilter(new PageHeadersFilter());
        }).ConfigureApplicationPartManager(FindPagesHere);
        services.AddOptions<CookieTempDataProviderOptions>().Configure<IOptions<RepoHostOptions>>((o, host) =>
        {
            o.Cookie.Name = SiteCookies.Notice;
            SiteCookies.Protect(o.Cookie, host.Value);
        });
        services.AddSingleton<SiteLinks>();
        services.AddSingleton<Access.GateViews>();
        services.AddSingleton<TextRenderer>();
        services.AddSingleton<OpenRepositories>();
        services.AddSingleton<PageCommits>();
        // The request's own limit is what bounds a form.
        services.Configure<FormOptions>(o => o.MultipartBodyLengthLimit = UploadModel.LargestForm);
        services.AddSingleton<IRefusalPage, SiteRefusalPage>();
        services.AddHttpContextAccessor();
        services.AddResponseCompression(o =>
        {
            o.EnableForHttps = true;
            o.MimeTypes = ["text/css", "text/javascript", "image/svg+xml"];
        });
        return services;
    }

    /// <summary>The framework looks into the assembly that was started; a test's is another one.</summary>
    private static void FindPagesHere(ApplicationPartManager parts)
    {
        var assembly = typeof(PagesServices).Assembly;
        parts.ApplicationParts.Clear();
        foreach (var part in ApplicationPartFactory.GetApplicationPartFactory(assembly).GetApplicationParts(assembly))
            parts.ApplicationParts.Add(part);
        // The tag helpers of the framework itself.
        parts.ApplicationParts.Add(new AssemblyPart(typeof(Microsoft.AspNetCore.Mvc.TagHelpers.FormTagHelper).Assembly));
    }

    /// <summary>The files of <c>Pages/Assets</c>, out of the program itself. Their addresses carry a version (<c>asp-append-version</c>), so they may be kept for ever.</summary>
    public static void UsePageAssets(this WebApplication app)
    {
        var files = new EmbeddedFileProvider(typeof(PagesServices).Assembly, "RepoHost.Pages.Assets");
        app.Environment.WebRootFileProvider = new AssetFolder(AssetsPath, files);
        // Only these: what is of a person or of a repository is never compressed together with a secret, and files keep their length (trap T2).
        app.UseWhen(context => context.Request.Path.StartsWithSegments(AssetsPath), assets => assets.UseResponseCompression());
        app.UseStaticFiles(new StaticFileOptions
        {
            RequestPath = AssetsPath,
            FileProvider = files,
            OnPrepareResponse = answer =>
            {
                var headers = answer.Context.Response.Headers;
                headers.XContentTypeOptions = "nosniff";
                headers.ContentSecurityPolicy = WorkerPolicy;
                headers.CacheControl = answer.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "public, max-age=300";
            },
        });
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapRazorPages().AtLowPriority();
        app.MapExternalLogin();
        app.MapUnsubscribe();
    }
}
