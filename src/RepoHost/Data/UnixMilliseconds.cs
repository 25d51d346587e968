using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace RepoHost.Data;

/// <summary>Instants are stored as UTC in Unix milliseconds: SQLite can neither order nor compare a <see cref="DateTimeOffset"/>.</summary>
internal sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(),
    milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
