using Microsoft.CodeAnalysis;

namespace DeepNotes.Generators;

/// <summary>What can be wrong with a module, in words.</summary>
internal static class Diagnostics
{
    private const string Category = "DeepNotes.Modules";

    public static readonly DiagnosticDescriptor NotPartial = new(
        "DN0001",
        "A module class must be partial",
        "Module '{0}' needs a generated part that visits its parameters and children: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The generator adds the method that visits a module's parameters, buffers and children. It can do so only where the class and all types around it are partial and none is local to a file.");

    public static readonly DiagnosticDescriptor OnlyParameter = new(
        "DN0002",
        "A constructor parameter alone holds what a module must visit",
        "'{0}' lives only in a constructor parameter of '{1}', where its parameters are neither trained nor saved: store it in a member, such as 'public {2} {3} {{ get; }} = {0};'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A primary constructor's parameter that a method uses becomes a hidden field. The generator cannot visit it, so the parameters in it would be missing from training and from saved files. [NotVisited] on the parameter says that this is meant.");

    public static readonly DiagnosticDescriptor Forgotten = new(
        "DN0003",
        "Nobody visits a member that holds modules or tensors",
        "'{0}.{1}' is visited by nobody, so what it holds is neither trained nor saved: {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Arrays and lists of modules, parameters or tensors have no keys in a state dict, and a tensor does not say whether it is a buffer. [NotVisited] on the member says that this is meant.");
}
