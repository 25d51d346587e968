using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace GateMiddleware.Tests;

/// <summary>What the library shows to others, as a file: a change of it is seen in the review. UPDATE_GOLDEN=1 rewrites the file.</summary>
public sealed class PublicApiTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // What the compiler writes for every record says nothing about the library.
    private static readonly string[] OfRecords = ["ToString", "GetHashCode", "Equals", "op_Equality", "op_Inequality", "PrintMembers", "<Clone>$", "get_EqualityContract"];

    [Fact]
    public async Task The_public_surface_is_the_one_on_file()
    {
        var text = new StringBuilder();
        foreach (var type in typeof(GateOptions).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal)) Describe(text, type);

        var golden = Path.Combine(Path.GetDirectoryName(Here())!, "PublicApi.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") await File.WriteAllTextAsync(golden, text.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(golden, TestContext.Current.CancellationToken), text.ToString());
    }

    [Fact]
    public void Classes_are_sealed_and_the_cancellation_token_comes_last()
    {
        foreach (var type in typeof(GateOptions).Assembly.GetExportedTypes())
        {
            Assert.True(!type.IsClass || type.IsSealed, type.FullName);
            foreach (var method in type.GetMethods(Declared).Where(method => method.IsPublic))
            {
                var position = Array.FindIndex(method.GetParameters(), parameter => parameter.ParameterType == typeof(CancellationToken));
                Assert.True(position < 0 || position == method.GetParameters().Length - 1, $"{type.Name}.{method.Name}");
            }
        }
    }

    private static void Describe(StringBuilder text, Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true } => "static class",
            _ => "class",
        };
        text.Append(kind).Append(' ').Append(type.FullName).Append('\n');
        var members = type.IsEnum
            ? Enum.GetNames(type).Select(name => $"{name} = {(int)Enum.Parse(type, name)}")
            : type.GetMembers(Declared).Where(IsShown).Select(Describe).Order(StringComparer.Ordinal);
        foreach (var member in members) text.Append("  ").Append(member).Append('\n');
    }

    private static bool IsShown(MemberInfo member) => member switch
    {
        MethodInfo method => method.IsPublic && !method.IsSpecialName && !OfRecords.Contains(method.Name),
        ConstructorInfo constructor => constructor.IsPublic,
        PropertyInfo property => property.GetMethod is { IsPublic: true } && property.Name != "EqualityContract",
        FieldInfo field => field.IsPublic,
        _ => false,
    };

    private static string Describe(MemberInfo member) => member switch
    {
        MethodInfo method => $"{NameOf(method.ReturnType)} {method.Name}{(method.IsGenericMethod ? "<T>" : "")}({Parameters(method)})",
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        PropertyInfo property => $"{NameOf(property.PropertyType)} {property.Name} {{ get;{(property.SetMethod is { IsPublic: true } ? IsInit(property) ? " init;" : " set;" : "")} }}",
        FieldInfo field => $"{(field.IsLiteral ? "const " : "")}{NameOf(field.FieldType)} {field.Name}",
        _ => throw new ArgumentOutOfRangeException(nameof(member)),
    };

    private static bool IsInit(PropertyInfo property) => property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{NameOf(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}"));

    private static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return NameOf(inner) + "?";
        if (!type.IsGenericType) return type.Name;
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
