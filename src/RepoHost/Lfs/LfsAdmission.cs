using RepoHost.Data;

namespace RepoHost.Lfs;

/// <summary>
/// Whether a repository may grow by so many bytes; counts them if so. Asked in the transaction that gives it the objects, which is not committed after a no.
/// </summary>
internal delegate Task<bool> LfsAdmission(RepoHostDb db, long bytes, CancellationToken cancellationToken);
