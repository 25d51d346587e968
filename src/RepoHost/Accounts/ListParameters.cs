using System.Data.Common;
using System.Globalization;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>Gives each value of a statement a parameter, and returns the parameter's name.</summary>
internal sealed class ListParameters(DbCommand command)
{
    public string Add(object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"$p{command.Parameters.Count}");
        parameter.Value = value;
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }

    public string AddAll(IEnumerable<string> values) => string.Join(", ", values.Select(value => Add(value)));

    public string Type(RepositoryType type) => Add((int)type);
}
