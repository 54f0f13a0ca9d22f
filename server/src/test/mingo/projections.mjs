export const projections = () => [];
