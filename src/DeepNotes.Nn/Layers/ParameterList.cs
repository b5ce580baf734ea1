using System.Collections;
using System.Runtime.CompilerServices;

namespace DeepNotes.Nn;

/// <summary>
/// A list of parameters that are trained and saved with the module that holds the list. Their keys are their positions:
/// <c>scales.0</c>. Matches torch.nn.ParameterList.
/// </summary>
[CollectionBuilder(typeof(ParameterList), nameof(Create))]
public sealed partial class ParameterList : Module, IReadOnlyList<Parameter>
{
    private List<Parameter> items = [];

    /// <summary>A list of these parameters.</summary>
    /// <param name="parameters">The parameters, in order.</param>
    public ParameterList(params IEnumerable<Parameter> parameters)
    {
        foreach (Parameter parameter in parameters) Add(parameter);
    }

    /// <summary>The number of parameters.</summary>
    public int Count => items.Count;

    /// <summary>The parameter at a position.</summary>
    /// <param name="index">The position, from 0.</param>
    public Parameter this[int index]
    {
        get => items[index];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            items[index] = value;
        }
    }

    /// <summary>What a collection expression calls.</summary>
    /// <param name="parameters">The parameters.</param>
    public static ParameterList Create(ReadOnlySpan<Parameter> parameters) => new(parameters.ToArray().AsEnumerable());

    /// <summary>Appends a parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    public void Add(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        items.Add(parameter);
    }

    /// <inheritdoc/>
    public IEnumerator<Parameter> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    protected override void VisitMembers(MemberVisitor visitor) => visitor.ParameterItems(ref items);
}
