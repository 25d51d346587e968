using System.Security.Claims;
using GateMiddleware.Decisions;
using Microsoft.AspNetCore.Http;

namespace GateMiddleware;

internal sealed class ClaimsPersonSource : IGatePersonSource
{
    public GatePerson Find(HttpContext context)
    {
        var user = context.User;
        if (user.Identity is not { IsAuthenticated: true }) return GatePerson.Anonymous;
        var id = user.FindFirstValue(ClaimTypes.NameIdentifier) ?? user.FindFirstValue("sub");
        return string.IsNullOrEmpty(id) ? GatePerson.Anonymous : new GatePerson(id);
    }
}
