using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What an organization's admins may set; null leaves it as it is.</summary>
internal sealed record OrganizationSettingsChange(string? FullName, bool? PrivateByDefault);

/// <summary>Changes an organization's settings. Nobody's access depends on them, so no cache has to be told.</summary>
internal sealed class OrganizationSettings(IDbContextFactory<RepoHostDb> databases)
{
    /// <returns>Null when done, else the sentence that says what is wrong.</returns>
    public async Task<string?> ChangeAsync(string organizationId, OrganizationSettingsChange change, CancellationToken cancellationToken)
    {
        if (!AccountNames.IsFullName(change.FullName))
            return AccountNames.FullNameRule;

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Organizations.FirstOrDefaultAsync(o => o.Id == organizationId && o.DeletedAt == null, cancellationToken) is not { } organization)
            return "The organization has been deleted.";
        if (change.FullName is { } fullName)
            organization.FullName = string.IsNullOrWhiteSpace(fullName) ? organization.Name : fullName.Trim();
        organization.PrivateByDefault = change.PrivateByDefault ?? organization.PrivateByDefault;
        await db.SaveChangesAsync(cancellationToken);
        return null;
    }
}
