using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>
    /// (x − mean) / √(variance + ε), times a weight, plus a bias, with the statistics of each channel over all the other dimensions. Mean and
    /// inverse deviation come in with the input, so that they need not be found twice; the gradient goes through them to the input.
    /// </summary>
    internal readonly record struct BatchNorm(double Epsilon, bool HasWeight, bool HasBias) : IOp, IWide, IFusedBackward
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            if (HasWeight) tape.Keep(x[0], x[1], x[2], x[3]);
            else tape.Keep(x[0], x[1], x[2]);
            return x[0].Backend.BatchNorm(x[0].Contiguous(), x[1], x[2], HasWeight ? x[3].Contiguous() : null, HasBias ? x[^1].Contiguous() : null);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            // From the input alone, so that the dependence of mean and variance on it is recorded.
            var x = kept[0];
            int[] over = [0, .. Enumerable.Range(2, x.Rank - 2)];
            var center = x - x.Mean(over, keepDim: true);
            var inverse = (center.Square().Mean(over, keepDim: true) + Epsilon).Pow(-0.5);
            var z = center * inverse;
            var h = HasWeight ? g * kept[3].Reshape(inverse.Shape) : g;
            if (gradients.Needs(0)) gradients[0] = (h - h.Mean(over, keepDim: true) - z * (h * z).Mean(over, keepDim: true)) * inverse;
            if (HasWeight && gradients.Needs(3)) gradients[3] = (g * z).Sum(over);
            if (HasBias && gradients.Needs(HasWeight ? 4 : 3)) gradients[HasWeight ? 4 : 3] = g.Sum(over);
        }

        public void BackwardFused(Tensor g, Saved kept, Gradients gradients)
        {
            var (x, weight, bias) = g.Backend.BatchNormGradient(g.Contiguous(), kept[0].Contiguous(), kept[1], kept[2], HasWeight ? kept[3].Contiguous() : null);
            gradients[0] = x;
            if (HasWeight) gradients[3] = weight;
            if (HasBias) gradients[HasWeight ? 4 : 3] = bias;
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>Normalises each channel over the batch and all places, then scales and shifts it (Ioffe and Szegedy, arXiv:1502.03167). Matches torch.nn.functional.batch_norm.</summary>
        /// <param name="runningMean">[C]: the mean that is used where not training and updated in place where training; null for none.</param>
        /// <param name="runningVar">[C]: the variance, likewise; it is updated with that of a sample.</param>
        /// <param name="weight">[C]: the scale; none by default.</param>
        /// <param name="bias">[C]: the shift; none by default.</param>
        /// <param name="training">True to normalise with the statistics of this batch, false with the running ones.</param>
        /// <param name="momentum">How much of the running statistics this batch replaces.</param>
        /// <param name="epsilon">Added to the variance.</param>
        /// <returns>This tensor's shape, [N, C, …].</returns>
        /// <exception cref="ShapeException">The input is not [N, C, …], a parameter is not [C], or there is only one number a channel to train on.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        /// <exception cref="ArgumentException">There are no running statistics, and it is not training.</exception>
        public Tensor BatchNorm(Tensor? runningMean, Tensor? runningVar, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1, double epsilon = 1e-5)
        {
            CheckChannels(nameof(BatchNorm), runningMean, runningVar, weight, bias);
            int channels = Shape[1], places = channels == 0 ? 0 : Count / channels;
            if (!training)
            {
                if (runningMean is null || runningVar is null) throw new ArgumentException("BatchNorm: without training it takes the running mean and variance, and they are not there.", nameof(runningMean));
                if (DType.IsNarrow()) return Widened().BatchNorm(runningMean.Widened(), runningVar.Widened(), weight?.Widened(), bias?.Widened(), false, momentum, epsilon).To(DType);
                var scale = (runningVar + epsilon).Pow(-0.5);
                if (weight is not null) scale *= weight;
                var shift = bias is null ? -runningMean * scale : bias - runningMean * scale;
                return this * PerChannel(scale) + PerChannel(shift);
            }
            if (places == 1) throw new ShapeException($"BatchNorm: training takes more than one number a channel; the input is {Shape}.");
            Tensor mean, inverse;
            using (DeepNotes.Grad.Off())
            {
                var wide = (DType.IsNarrow() ? Detach().To(DType.Float32) : Detach()).Contiguous();
                mean = wide.Mean([0, .. Enumerable.Range(2, Rank - 2)]);
                var variance = wide.Backend.ChannelVariance(wide, mean);
                inverse = (variance + epsilon).Pow(-0.5);
                if (places > 1) UpdateRunning(runningMean, runningVar, mean, variance * ((double)places / (places - 1)), momentum);
            }
            var op = new BatchNorm(epsilon, weight is not null, bias is not null);
            return (weight, bias) switch
            {
                (null, null) => Op.Apply(op, this, mean, inverse),
                (null, _) => Op.Apply(op, this, mean, inverse, bias),
                (_, null) => Op.Apply(op, this, mean, inverse, weight),
                _ => Op.Apply(op, this, mean, inverse, weight, bias),
            };
        }

        /// <summary>Normalises each channel of each element of the batch over all places, then scales and shifts it (Ulyanov et al., arXiv:1607.08022). Matches torch.nn.functional.instance_norm.</summary>
        /// <param name="runningMean">[C]: used without input statistics and updated in place with them; none by default.</param>
        /// <param name="runningVar">[C]: likewise.</param>
        /// <param name="weight">[C]: the scale; none by default.</param>
        /// <param name="bias">[C]: the shift; none by default.</param>
        /// <param name="useInputStats">True to normalise with the statistics of the input, false with the running ones.</param>
        /// <param name="momentum">How much of the running statistics this input replaces.</param>
        /// <param name="epsilon">Added to the variance.</param>
        /// <returns>This tensor's shape, [N, C, L, …].</returns>
        /// <exception cref="ShapeException">The input is not [N, C, L, …], a parameter is not [C], or there is only one number an instance.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor InstanceNorm(Tensor? runningMean = null, Tensor? runningVar = null, Tensor? weight = null, Tensor? bias = null, bool useInputStats = true, double momentum = 0.1, double epsilon = 1e-5)
        {
            CheckChannels(nameof(InstanceNorm), runningMean, runningVar, weight, bias);
            if (!useInputStats) return BatchNorm(runningMean, runningVar, weight, bias, false, momentum, epsilon);
            int n = Shape[0], channels = Shape[1], places = n * channels == 0 ? 0 : Count / (n * channels);
            if (Rank < 3 || places == 1) throw new ShapeException($"InstanceNorm: the input must be [N, C, L, …] with more than one number an instance; it is {Shape}.");
            if (Count == 0) return ScaleChannels(this, weight, bias);
            var rows = Reshape(n * channels, places);
            if (runningMean is not null || runningVar is not null)
            {
                using var off = DeepNotes.Grad.Off();
                var each = rows.Detach().To(DType.IsNarrow() ? DType.Float32 : DType);
                UpdateRunning(runningMean, runningVar, each.Mean(1).Reshape(n, channels).Mean(0), each.Var([1]).Reshape(n, channels).Mean(0), momentum);
            }
            if (DType.IsNarrow()) return Widened().InstanceNorm(weight: weight?.Widened(), bias: bias?.Widened(), epsilon: epsilon).To(DType);
            return ScaleChannels(rows.LayerNorm(epsilon: epsilon).Reshape(Shape), weight, bias);
        }

        /// <summary>Normalises groups of channels over their places, then scales and shifts each channel (Wu and He, arXiv:1803.08494). Matches torch.nn.functional.group_norm.</summary>
        /// <param name="numGroups">The number of groups; divides the channels.</param>
        /// <param name="weight">[C]: the scale; none by default.</param>
        /// <param name="bias">[C]: the shift; none by default.</param>
        /// <param name="epsilon">Added to the variance.</param>
        /// <returns>This tensor's shape, [N, C, …].</returns>
        /// <exception cref="ShapeException">The input is not [N, C, …], a parameter is not [C], or the groups do not divide the channels.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor GroupNorm(int numGroups, Tensor? weight = null, Tensor? bias = null, double epsilon = 1e-5)
        {
            CheckChannels(nameof(GroupNorm), null, null, weight, bias);
            if (numGroups < 1 || Shape[1] % numGroups != 0) throw new ShapeException($"GroupNorm: {numGroups} groups do not divide the {Shape[1]} channels of {Shape}.");
            if (Count == 0) return ScaleChannels(this, weight, bias);
            if (DType.IsNarrow()) return Widened().GroupNorm(numGroups, weight?.Widened(), bias?.Widened(), epsilon).To(DType);
            return ScaleChannels(Reshape(Shape[0] * numGroups, -1).LayerNorm(epsilon: epsilon).Reshape(Shape), weight, bias);
        }

        private void CheckChannels(string name, Tensor? runningMean, Tensor? runningVar, Tensor? weight, Tensor? bias)
        {
            if (Rank < 2) throw new ShapeException($"{name}: the input must be [N, C, …]; it is {Shape}.");
            Floating(DType, name);
            foreach (var (t, role) in new[] { (runningMean, "running mean"), (runningVar, "running variance"), (weight, "weight"), (bias, "bias") })
            {
                if (t is null) continue;
                Op.CheckDevices(name, this, t);
                if (t.Rank != 1 || t.Count != Shape[1]) throw new ShapeException($"{name}: for the input {Shape} the {role} must be [{Shape[1]}]; it is {t.Shape}.");
                if (t.DType != DType && !DType.IsNarrow()) throw new DTypeException($"{name}: the input is {DType} and the {role} {t.DType}; they must have one type.");
            }
        }

        private static void UpdateRunning(Tensor? runningMean, Tensor? runningVar, Tensor mean, Tensor variance, double momentum)
        {
            foreach (var (running, now) in new[] { (runningMean, mean), (runningVar, variance) })
                running?.CopyFrom(running * (1 - momentum) + now.To(running.DType) * momentum);
        }

        private Tensor ScaleChannels(Tensor z, Tensor? weight, Tensor? bias)
        {
            if (weight is not null) z *= PerChannel(weight);
            return bias is null ? z : z + PerChannel(bias);
        }

        /// <summary>A vector of channels in a shape that broadcasts to this one.</summary>
        private Tensor PerChannel(Tensor vector) => vector.Reshape(Along(1, Shape[1]));
    }
}
