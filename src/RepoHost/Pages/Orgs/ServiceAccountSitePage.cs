using Microsoft.AspNetCore.Mvc.Filters;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Pages.Orgs;

/// <summary>What every page about one machine starts from. It is looked for within its organization, so another's is not found.</summary>
internal abstract class ServiceAccountSitePage(ServiceAccounts machines) : OrganizationSitePage
{
    public User Account { get; private set; } = null!;

    protected ServiceAccounts Machines => machines;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (await machines.FindAsync(Organization.Id, (string?)RouteData.Values["account"] ?? "", HttpContext.RequestAborted) is not { } account)
        {
            context.Result = Refuse(HubErrors.PageNotFound);
            return;
        }

        Account = account;
        await next();
    }
}
