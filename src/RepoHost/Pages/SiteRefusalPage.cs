using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace RepoHost.Pages;

/// <summary>Refusals as pages of the site, wherever in the pipeline they come from. Asks no database: it also tells of one that does not answer.</summary>
internal sealed class SiteRefusalPage(IRazorViewEngine views, ITempDataProvider tempData) : IRefusalPage
{
    private const string View = "/Pages/Shared/Refusal.cshtml";

    public async Task<string> RenderAsync(HttpContext context, Refusal refusal)
    {
        var view = views.GetView(null, View, isMainPage: true).View ?? throw new InvalidOperationException($"{View} is missing.");
        var data = new ViewDataDictionary<Refusal>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = refusal };
        var action = new ActionContext(context, context.GetRouteData() ?? new RouteData(), new ActionDescriptor());
        await using var text = new StringWriter();
        await view.RenderAsync(new ViewContext(action, view, data, new TempDataDictionary(context, tempData), text, new HtmlHelperOptions()));
        PageHeadersFilter.Apply(context.Response);
        context.Response.Headers.CacheControl = "no-store";
        return text.ToString();
    }
}
