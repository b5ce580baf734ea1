using DeepNotes.Lanes;

namespace DeepNotes.Ops;

/// <summary>One step of an optimizer as a formula: parameter and state are read and written in one pass over memory.</summary>
public interface IUpdateOp
{
    /// <summary>How many of the three states are used.</summary>
    int States { get; }

    /// <summary>Updates the parameter and its states from the gradient; an unused state is an undefined value.</summary>
    void Apply<V>(ref V parameter, V gradient, ref V state0, ref V state1, ref V state2) where V : INumberLane<V>;
}
