using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace RepoHost.Data;

/// <summary>For <c>dotnet ef migrations add NAME --output-dir Data/Migrations/Sqlite</c>, which needs a context without a running host.</summary>
internal sealed class RepoHostDbDesign : IDesignTimeDbContextFactory<RepoHostDb>
{
    public RepoHostDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<RepoHostDb>();
        DatabaseFile.Use(options, "design.db");
        return new RepoHostDb(options.Options);
    }
}
