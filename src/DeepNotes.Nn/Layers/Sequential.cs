using System.Collections;
using System.Runtime.CompilerServices;

namespace DeepNotes.Nn;

/// <summary>
/// Layers one after the other: <c>new Sequential(new Linear(784, 64), new ReLU(), new Linear(64, 10))</c> or
/// <c>Sequential model = [new Linear(784, 10)];</c>. Their keys are their positions: <c>0.weight</c>, <c>2.bias</c>.
/// Matches torch.nn.Sequential.
/// </summary>
/// <remarks>Any <see cref="ILayer"/> will do; one that is no <see cref="Module"/> has nothing to train or save.</remarks>
[CollectionBuilder(typeof(Sequential), nameof(Create))]
public partial class Sequential : Layer, IReadOnlyList<ILayer>
{
    private ILayer[] layers;

    /// <summary>A module that runs these layers in order.</summary>
    /// <param name="layers">The layers; none passes the input through.</param>
    public Sequential(params ReadOnlySpan<ILayer> layers)
    {
        this.layers = layers.ToArray();
        foreach (ILayer layer in this.layers) ArgumentNullException.ThrowIfNull(layer);
    }

    /// <summary>The number of layers.</summary>
    public int Count => layers.Length;

    /// <summary>The layer at a position.</summary>
    /// <param name="index">The position, from 0.</param>
    public ILayer this[int index] => layers[index];

    /// <summary>What a collection expression calls.</summary>
    /// <param name="layers">The layers.</param>
    public static Sequential Create(ReadOnlySpan<ILayer> layers) => new(layers);

    /// <summary>Hands the input through all layers; a linear layer and an activation behind it are one pass over memory.</summary>
    /// <param name="x">What the first layer takes.</param>
    protected override Tensor Compute(Tensor x)
    {
        for (int i = 0; i < layers.Length; i++)
        {
            if (i + 1 < layers.Length && layers[i] is Linear { HasHooks: false } linear && linear.CanFinish(x) && layers[i + 1] is Layer { HasHooks: false } and IEpilogueLayer activation)
            {
                x = activation.Forward(linear, x);
                i++;
            }
            else
            {
                x = layers[i].Forward(x);
            }
        }
        return x;
    }

    /// <inheritdoc/>
    public IEnumerator<ILayer> GetEnumerator() => ((IEnumerable<ILayer>)layers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    protected override void VisitMembers(MemberVisitor visitor) => visitor.ChildItems(ref layers);
}
