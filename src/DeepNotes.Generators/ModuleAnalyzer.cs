using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DeepNotes.Generators;

/// <summary>Reports modules with something that the generated visit would not reach: DN0001, DN0002 and DN0003.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Diagnostics.NotPartial, Diagnostics.OnlyParameter, Diagnostics.Forgotten);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Find(start.Compilation) is not { } known) return;
            start.RegisterSymbolAction(symbol => CheckDeclaration(symbol, known), SymbolKind.NamedType);
            start.RegisterSymbolStartAction(symbol => CheckCaptures(symbol, known), SymbolKind.NamedType);
        });
    }

    private static void CheckDeclaration(SymbolAnalysisContext context, KnownTypes known)
    {
        var module = (INamedTypeSymbol)context.Symbol;
        if (!known.IsGenerated(module)) return;

        if (Obstacle(module) is { } advice)
            context.ReportDiagnostic(Diagnostic.Create(Diagnostics.NotPartial, module.Locations[0], module.Name, advice));

        foreach (ModuleMember member in ModuleMember.Of(module, known).Where(m => m.IsForgotten))
            context.ReportDiagnostic(Diagnostic.Create(Diagnostics.Forgotten, member.Symbol.Locations[0], module.Name, member.Symbol.Name, Advice(member)));
    }

    private static string? Obstacle(INamedTypeSymbol module)
    {
        for (INamedTypeSymbol? type = module; type is not null; type = type.ContainingType)
        {
            string which = SymbolEqualityComparer.Default.Equals(type, module) ? "it" : $"the containing type '{type.Name}'";
            if (type.IsFileLocal) return $"make {which} internal instead of file-local";
            if (!ModuleModel.IsPartial(type)) return $"declare {which} partial";
        }
        return null;
    }

    private static string Advice(ModuleMember member) => member.Kind == MemberKind.Tensor
        ? "make it a Parameter if it is trained, or mark it [Buffer] if it is state"
        : "hold modules in a Sequential or ModuleList, parameters in members of their own";

    /// <summary>
    /// Compares the primary constructor's parameters that some method reads with those that initialise a visited member.
    /// </summary>
    private static void CheckCaptures(SymbolStartAnalysisContext context, KnownTypes known)
    {
        var module = (INamedTypeSymbol)context.Symbol;
        if (!known.IsGenerated(module)) return;
        IMethodSymbol? constructor = module.InstanceConstructors.FirstOrDefault(c => c.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is TypeDeclarationSyntax));
        if (constructor is null) return;

        var suspects = constructor.Parameters.Where(p => MustBeVisited(p.Type, known) && !ModuleMember.SaysNotVisited(p)).ToImmutableArray();
        if (suspects.IsEmpty) return;
        var stored = new HashSet<ISymbol>(ModuleMember.Of(module, known).Where(m => m.IsVisited).Select(m => m.Symbol), SymbolEqualityComparer.Default);
        var captured = new ConcurrentDictionary<IParameterSymbol, bool>(SymbolEqualityComparer.Default);
        var kept = new ConcurrentDictionary<IParameterSymbol, bool>(SymbolEqualityComparer.Default);

        context.RegisterOperationAction(
            operation =>
            {
                IParameterSymbol parameter = ((IParameterReferenceOperation)operation.Operation).Parameter;
                if (!suspects.Contains(parameter, SymbolEqualityComparer.Default)) return;
                ISymbol place = operation.ContainingSymbol is IFieldSymbol { AssociatedSymbol: { } property } ? property : operation.ContainingSymbol;
                if (place is IFieldSymbol or IPropertySymbol && !IsInLambda(operation.Operation))
                {
                    if (stored.Contains(place)) kept[parameter] = true;
                }
                else if (!SymbolEqualityComparer.Default.Equals(place, constructor))
                {
                    captured[parameter] = true;
                }
            },
            OperationKind.ParameterReference);

        context.RegisterSymbolEndAction(end =>
        {
            foreach (IParameterSymbol parameter in captured.Keys.Where(p => !kept.ContainsKey(p)))
            {
                string type = parameter.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
                string member = char.ToUpperInvariant(parameter.Name[0]) + parameter.Name.Substring(1);
                end.ReportDiagnostic(Diagnostic.Create(Diagnostics.OnlyParameter, parameter.Locations[0], parameter.Name, module.Name, type, member));
            }
        });
    }

    /// <summary>A parameter of an unrelated interface or an open type may be anything; only what is surely a layer or tensor is reported.</summary>
    private static bool MustBeVisited(ITypeSymbol type, KnownTypes known) =>
        known.Classify(type) switch
        {
            MemberKind.Other => false,
            MemberKind.MaybeModule => known.IsLayer(type),
            _ => true,
        };

    private static bool IsInLambda(IOperation operation)
    {
        for (IOperation? o = operation; o is not null; o = o.Parent)
            if (o is IAnonymousFunctionOperation) return true;
        return false;
    }
}
