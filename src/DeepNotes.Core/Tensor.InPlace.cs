using DeepNotes.Ops;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>Overwrites the elements with those of another tensor, which broadcasts and is converted. Matches torch.Tensor.copy_.</summary>
    /// <param name="source">What is copied.</param>
    /// <exception cref="ShapeException">The source does not broadcast to this shape.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void CopyFrom(Tensor source)
    {
        BeforeWrite(nameof(CopyFrom));
        source = MustFit(source, nameof(CopyFrom));
        if (ReferenceEquals(source.Storage, Storage)) source = source.Detach().Backend.Contiguous(source);
        (source.Device.IsCpu ? Backend : source.Backend).Copy(source, this);
    }

    /// <summary>Overwrites every element with one number. Matches torch.Tensor.fill_.</summary>
    /// <param name="value">The number.</param>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void FillInPlace(double value)
    {
        BeforeWrite(nameof(FillInPlace));
        Backend.Fill(this, value);
    }

    /// <summary>Adds another tensor, which broadcasts, to the elements. Matches torch.Tensor.add_.</summary>
    /// <param name="other">What is added.</param>
    /// <exception cref="ShapeException">It does not broadcast to this shape.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void AddInPlace(Tensor other)
    {
        if (DType == DType.Bool) ZipInPlace(default(Maximum), other, nameof(AddInPlace));
        else ZipInPlace(default(Add), other, nameof(AddInPlace));
    }

    /// <summary>Subtracts another tensor, which broadcasts, from the elements. Matches torch.Tensor.sub_.</summary>
    /// <inheritdoc cref="AddInPlace"/>
    public void SubtractInPlace(Tensor other)
    {
        if (DType == DType.Bool) throw NoTruth(nameof(SubtractInPlace));
        ZipInPlace(default(Subtract), other, nameof(SubtractInPlace));
    }

    /// <summary>Multiplies the elements by another tensor, which broadcasts. Matches torch.Tensor.mul_.</summary>
    /// <inheritdoc cref="AddInPlace"/>
    public void MultiplyInPlace(Tensor other) => ZipInPlace(default(Multiply), other, nameof(MultiplyInPlace));

    private void ZipInPlace<TOp>(TOp op, Tensor other, string name) where TOp : unmanaged, IBinaryOp
    {
        BeforeWrite(name);
        other = MustFit(other, name);
        if (ReferenceEquals(other.Storage, Storage) && !(other.Offset == Offset && other.Strides.AsSpan().SequenceEqual(Strides))) other = other.Backend.Contiguous(other);
        Backend.ZipInto(op, this, other.DType == DType ? other : other.To(DType));
    }

    private Tensor MustFit(Tensor other, string name)
    {
        if (other.Shape != Shape && Shape.Broadcast(Shape, other.Shape, name) != Shape)
            throw new ShapeException($"{name}: {other.Shape} does not broadcast to {Shape}, whose shape an in-place operation cannot change.");
        if (name != nameof(CopyFrom) && DTypes.Promote(this, other).Category() > DType.Category())
            throw new DTypeException($"{name}: a {DType} tensor cannot hold a {other.DType} result.");
        if (other.RequiresGrad) other = other.Detach();
        return other.IsWeakScalar && !ReferenceEquals(other.Device, Device) ? other.To(Device) : other;
    }
}
