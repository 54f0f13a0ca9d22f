export const sorts = () => [];
